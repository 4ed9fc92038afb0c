import { defineRule, type Rule } from '../../src/model/rule.ts';
import type { GuardSeen } from '../../src/model/storage.ts';

const inItsPlace = [
  ['object-lock', 'Object Lock'],
  ['deny-version-deletion', 'the bucket policy'],
] as const;

/** What is there of each way that counts, and which others nobody looked at. */
function seenOf(seen: readonly GuardSeen[]): string {
  const others = inItsPlace.filter(([way]) => seen.every(({ guard }) => guard !== way)).map(([, name]) => name);
  const details = seen.map(({ detail }) => detail).join('; ');
  return others.length === 0 ? details : `${details}; not accepted, and not looked at: ${others.join(', ')}`;
}

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
      text: 'nothing that counts keeps versions in bucket {{bucket}} from being deleted: {{seen}}',
      fix: 'Guard the versions in another way, and accept it under rules.mfa-delete.accept; or, as the root user with an MFA device and without lifecycle rules:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE"',
    },
    directory: {
      verdict: 'fail',
      text: 'bucket {{bucket}} is a directory bucket, which keeps no versions that could be guarded',
      fix: 'Move the state to a general purpose bucket, where S3 has versions and MFA delete.',
    },
  },
  evaluate({ 'bucket.versionGuard': protection }, { name: bucket }) {
    switch (protection.kind) {
      case 'impossible':
        return { message: 'directory', data: { bucket } };
      case 'open':
        return { message: 'off', data: { bucket, seen: seenOf(protection.seen) } };
      case 'guarded': {
        const { guard, detail } = protection.by;
        return guard === 'mfa-delete'
          ? { message: 'on', data: { bucket } }
          : { message: 'accepted', data: { bucket, guard, detail } };
      }
    }
  },
});
