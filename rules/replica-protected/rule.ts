import { defineRule, type Rule } from '../../src/model/rule.ts';

/** The replica is what is left when the region is gone, and nothing that guards the source is replicated with the states. */
export const rule: Rule = defineRule({
  id: 'replica-protected',
  title: 'The replica keeps versions, and not everybody can delete them',
  severity: 'medium',
  scenarios: ['region-loss'],
  why: 'When the region is gone, the replica is the only state. MFA delete, Object Lock and bucket policies belong to one bucket and are not replicated: what guards the source leaves the replica open to one mistake, or one stolen key.',
  controls: ['AWS FSBP S3.15', 'AWS FSBP S3.20', 'PCI DSS 4.0 10.3.4', 'NIST 800-53 r5 CP-6(1)'],
  about: 'replica',
  needs: ['replica.protection'],
  messages: {
    guarded: { verdict: 'pass', text: 'replica bucket {{bucket}} keeps versions, and {{guard}}' },
    sameRegion: {
      verdict: 'not-applicable',
      text: 'replica bucket {{bucket}} is in {{region}} as the state is, and is lost together with it',
    },
    noBucket: {
      verdict: 'not-applicable',
      text: 'replica bucket {{bucket}} does not exist, which state-replicated says',
    },
    unversioned: {
      verdict: 'fail',
      text: 'replica bucket {{bucket}} keeps no versions ({{versioning}}): every write and every delete is final',
      fix: 'Switch versioning on:\naws s3api put-bucket-versioning --bucket {{bucket}} --versioning-configuration Status=Enabled',
    },
    open: {
      verdict: 'fail',
      text: 'none of the three ways keeps versions in replica bucket {{bucket}} from being deleted: {{seen}}',
      fix: 'Give the replica a guard of its own. Object Lock can be switched on for a bucket that exists, and never off again:\naws s3api put-object-lock-configuration --bucket {{bucket}} --object-lock-configuration \'{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":\'{{days}}\'}}}\'',
    },
    directory: {
      verdict: 'fail',
      text: 'replica bucket {{bucket}} is a directory bucket, which keeps no versions',
      fix: 'Replicate to a general purpose bucket in another region.',
    },
  },
  evaluate({ 'replica.protection': protection }, { bucket: { name: bucket } }, { retentionDays: days }) {
    switch (protection.kind) {
      case 'no-bucket':
        return { message: 'noBucket', data: { bucket } };
      case 'same-region':
        return { message: 'sameRegion', data: { bucket, region: protection.region } };
      case 'impossible':
        return { message: 'directory', data: { bucket } };
      case 'unversioned':
        return protection.versioning === 'impossible'
          ? { message: 'directory', data: { bucket } }
          : { message: 'unversioned', data: { bucket, versioning: protection.versioning } };
      case 'guarded':
        return { message: 'guarded', data: { bucket, guard: protection.by.detail } };
      case 'open': {
        const seen = protection.seen.map(({ detail }) => detail).join('; ');
        return { message: 'open', data: { bucket, days, seen } };
      }
    }
  },
});
