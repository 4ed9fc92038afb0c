import { defineRule, type Rule } from '../../src/model/rule.ts';

/** Without versions, one wrong write is the only state there is. */
export const rule: Rule = defineRule({
  id: 'state-versioned',
  title: 'The state bucket keeps versions',
  severity: 'critical',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'A state that was overwritten or deleted during a hurried recovery can be had back only from an older version. Replication needs versioning too: suspend it, and nothing is copied any more.',
  controls: ['NIST 800-53 r5 CP-9', 'SOC 2 A1.2', 'ISO 27001:2022 A.8.3', 'AWS FSBP S3.14'],
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages: {
    on: { verdict: 'pass', text: 'bucket {{bucket}} keeps every version of its objects' },
    suspended: {
      verdict: 'fail',
      text: 'versioning of bucket {{bucket}} is suspended: older versions are still there, new writes replace each other',
      fix: 'Switch versioning on:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled',
    },
    never: {
      verdict: 'fail',
      text: 'bucket {{bucket}} was never versioned: every write and every delete is final',
      fix: 'Switch versioning on:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled',
    },
    directory: {
      verdict: 'fail',
      text: '{{bucket}} is a directory bucket: it cannot keep versions, and no other zone has what is in it',
      fix: 'Move the state to a general purpose bucket with versioning, with its name in the backend block:\nterraform init -migrate-state',
    },
  },
  evaluate({ 'bucket.versioning': status }, { name: bucket }) {
    switch (status) {
      case 'Enabled':
        return { message: 'on', data: { bucket } };
      case 'Suspended':
        return { message: 'suspended', data: { bucket } };
      case 'never-enabled':
        return { message: 'never', data: { bucket } };
      case 'impossible':
        return { message: 'directory', data: { bucket } };
    }
  },
});
