import { defineRule, type Rule } from '../../src/model/rule.ts';

/** The last line against somebody who can delete versions. */
export const rule: Rule = defineRule({
  id: 'mfa-delete',
  title: 'Deleting a version of the state needs MFA',
  severity: 'medium',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'Versions bring a state back after a mistake, not after somebody deletes the versions too. With MFA delete, a stolen key alone cannot remove them or suspend versioning.',
  controls: ['CIS AWS Foundations 6.0 3.1.2', 'AWS FSBP S3.20', 'PCI DSS 4.0 10.3.2'],
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages: {
    on: { verdict: 'pass', text: 'bucket {{bucket}} asks for MFA before a version is deleted' },
    off: {
      verdict: 'fail',
      text: 'MFA delete of bucket {{bucket}} is {{state}}: whoever may delete versions can destroy the state for good',
      fix: 'As the root user with an MFA device, and not together with lifecycle rules:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE"',
    },
  },
  evaluate({ 'bucket.versioning': { mfaDelete } }, { name: bucket }) {
    if (mfaDelete === 'Enabled') return { message: 'on', data: { bucket } };
    return { message: 'off', data: { bucket, state: mfaDelete === 'Disabled' ? 'disabled' : 'not enabled' } };
  },
});
