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
  needs: ['bucket.versionGuard'],
  messages: {
    on: { verdict: 'pass', text: 'bucket {{bucket}} asks for MFA before a version is deleted' },
    accepted: {
      verdict: 'pass',
      text: 'bucket {{bucket}}: {{detail}}, which the config accepts in place of MFA delete ({{guard}})',
    },
    off: {
      verdict: 'fail',
      text: 'whoever may delete versions in bucket {{bucket}} can destroy the state for good: {{seen}}',
      fix: 'Guard the versions in another way, and accept it under rules.mfa-delete.accept; or, as the root user with an MFA device and without lifecycle rules:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE"',
    },
  },
  evaluate({ 'bucket.versionGuard': protection }, { name: bucket }) {
    if (protection.kind === 'open') {
      return { message: 'off', data: { bucket, seen: protection.seen.map(({ detail }) => detail).join('; ') } };
    }
    const { guard, detail } = protection.by;
    return guard === 'mfa-delete'
      ? { message: 'on', data: { bucket } }
      : { message: 'accepted', data: { bucket, guard, detail } };
  },
});
