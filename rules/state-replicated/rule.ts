import type { Shortfall } from '../../src/model/replication.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';
import { adviceFor } from '../../src/model/shortfall-advice.ts';

const spoken = (shortfalls: readonly Shortfall[]): string =>
  shortfalls.map(({ rule: id, detail }) => `rule ${id}: ${detail}`).join('; ');

/** A rule that is switched on does not mean that it copies this key to somewhere that survives. */
export const rule: Rule = defineRule({
  id: 'state-replicated',
  title: 'A replication rule copies this state to another region',
  severity: 'critical',
  scenarios: ['region-loss'],
  why: 'When the region is gone, the copy in another region is the only state. A rule for another prefix, to a bucket in the same region, or that skips KMS objects looks the same in a console, and copies nothing.',
  controls: ['NIST 800-53 r5 CP-6(1)', 'SOC 2 A1.2', 'ISO 27001:2022 A.8.14', 'AWS FSBP S3.7'],
  about: 'state',
  needs: ['state.coverage'],
  messages: {
    covered: {
      verdict: 'pass',
      text: 'rule {{rule}} sends {{key}} to {{bucket}} in {{region}} (status: {{reported}})',
    },
    sameRegion: {
      verdict: 'pass',
      text: 'rule {{rule}} sends {{key}} to {{bucket}} in the same region, {{region}}, which the config accepts; it is lost with the region (status: {{reported}})',
    },
    noRules: {
      verdict: 'fail',
      text: 'bucket {{source}} has no replication rule: what it holds exists in one region only',
      fix: 'Add an aws_s3_bucket_replication_configuration with an Enabled rule for the states to a versioned bucket in another region, then copy what exists already with S3 Batch Replication.',
    },
    uncovered: {
      verdict: 'fail',
      text: 'no replication rule of {{source}} brings {{key}} to another region: {{reasons}}',
      fix: '{{advice}} The rules as they are, with their role and destinations:\naws s3api get-bucket-replication --bucket {{source}}',
    },
    directory: {
      verdict: 'fail',
      text: '{{source}} is a directory bucket, which S3 does not replicate: what it holds exists in one zone only',
      fix: 'Move the state to a general purpose bucket with versioning and replication:\nterraform init -migrate-state',
    },
  },
  evaluate({ 'state.coverage': coverage }, { bucket: { name: source }, object: { key } }) {
    switch (coverage.kind) {
      case 'covered': {
        const { rule: id, bucket, region, reported, sameRegion } = coverage;
        return { message: sameRegion ? 'sameRegion' : 'covered', data: { rule: id, key, bucket, region, reported } };
      }
      case 'no-rules':
        return { message: 'noRules', data: { source } };
      case 'impossible':
        return { message: 'directory', data: { source } };
      case 'uncovered':
        return {
          message: 'uncovered',
          data: { source, key, reasons: spoken(coverage.shortfalls), advice: adviceFor(coverage.shortfalls) },
        };
    }
  },
});
