import type { Shortfall } from '../../src/model/replication.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const spoken = ({ rule: id, detail }: Shortfall): string => `rule ${id}: ${detail}`;

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
    failed: {
      verdict: 'fail',
      text: 'rule {{rule}} covers {{key}}, and S3 reports that copying its current version to {{bucket}} FAILED; it does not try again',
      fix: 'Find the cause in the replication role, the destination’s policy or its key, then copy the version with S3 Batch Replication.',
    },
    isReplica: {
      verdict: 'fail',
      text: '{{key}} in {{source}} is itself a replica, which S3 does not copy on to {{bucket}}',
      fix: 'Point the backend at the bucket that is written to, or replicate in both directions.',
    },
    noRules: {
      verdict: 'fail',
      text: 'bucket {{source}} has no replication rule: what it holds exists in one region only',
      fix: 'Add an aws_s3_bucket_replication_configuration with an Enabled rule for the states to a versioned bucket in another region, then copy what exists already with S3 Batch Replication.',
    },
    uncovered: {
      verdict: 'fail',
      text: 'no replication rule of {{source}} brings {{key}} to another region: {{reasons}}',
      fix: 'Correct the rule that should cover {{key}} (Enabled, matching prefix, no tag filter, versioned destination in another region, KMS objects selected if the state is encrypted with KMS).',
    },
  },
  evaluate({ 'state.coverage': coverage }, { bucket: { name: source }, object: { key } }) {
    switch (coverage.kind) {
      case 'covered': {
        const { rule: id, bucket, region, reported } = coverage;
        if (reported === 'FAILED') return { message: 'failed', data: { rule: id, key, bucket } };
        if (reported === 'REPLICA') return { message: 'isReplica', data: { source, key, bucket } };
        return { message: 'covered', data: { key, rule: id, bucket, region, reported } };
      }
      case 'no-rules':
        return { message: 'noRules', data: { source } };
      case 'uncovered':
        return { message: 'uncovered', data: { source, key, reasons: coverage.shortfalls.map(spoken).join('; ') } };
    }
  },
});
