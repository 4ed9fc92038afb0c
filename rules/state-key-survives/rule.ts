import { keyFaults, keysIn, openersOf } from '../../src/model/key-faults.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

/** A copy that nobody can decrypt is no copy, and a key is lost more quietly than a bucket. */
export const rule: Rule = defineRule({
  id: 'state-key-survives',
  title: 'The KMS keys of the state and its replica are usable',
  severity: 'high',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'Whoever deletes or disables the key takes the state with it, versions and all, and S3 goes on listing it. A replica has a key of its own, in its own region; S3 accepts a rule that names one that does not exist, and then fails every copy.',
  controls: ['AWS FSBP S3.17', 'ISO 27001:2022 A.8.24', 'NIST 800-53 r5 CP-9(8)'],
  about: 'copy',
  needs: ['copy.keys'],
  messages: {
    usable: {
      verdict: 'pass',
      text: 'what is in {{bucket}} hangs on {{keys}}, usable and in {{region}} like the bucket',
    },
    notKms: { verdict: 'pass', text: 'the state in {{bucket}} hangs on no KMS key (encryption: {{encryption}})' },
    nothing: { verdict: 'not-applicable', text: 'there is no state in {{bucket}} whose key could be judged' },
    doomed: {
      verdict: 'fail',
      text: 'in {{bucket}}: {{faults}}; what it encrypts is lost with it',
      fix: 'Cancel the deletion while there is time, and enable the key again:\naws kms cancel-key-deletion --key-id {{key}} --region {{region}}\naws kms enable-key --key-id {{key}} --region {{region}}',
    },
    gone: {
      verdict: 'fail',
      text: 'in {{bucket}}: {{faults}}',
      fix: 'Name a key that exists in {{region}}, as kms_key_id in the backend block or as replica_kms_key_id in the replication rule. What was encrypted with a deleted key stays lost: write the state again, or copy it with S3 Batch Replication.',
    },
    unusable: {
      verdict: 'fail',
      text: 'in {{bucket}}: {{faults}}; nobody can read or write with it',
      fix: 'Enable the key, or for PendingImport import its material, for Unavailable connect its key store:\naws kms enable-key --key-id {{key}} --region {{region}}',
    },
    misplaced: {
      verdict: 'fail',
      text: 'in {{bucket}}: {{faults}}, and S3 takes keys of the bucket’s own region only',
      fix: 'Name a key in {{region}}, as replica_kms_key_id in the replication rule, or as kms_key_id for a backend there; then copy the state with S3 Batch Replication.',
    },
    foreign: {
      verdict: 'fail',
      text: 'in {{bucket}}: {{faults}}',
      fix: 'Encrypt with a customer managed key in {{region}} whose policy lets the other account in; the policy of a key that AWS manages cannot be changed.',
    },
  },
  evaluate({ 'copy.keys': found }, { bucket: { name: bucket }, state: { stack } }) {
    if (found.kind === 'nothing-there') return { message: 'nothing', data: { bucket } };
    if (found.kind === 'not-kms') return { message: 'notKms', data: { bucket, encryption: found.encryption } };
    const { uses, bucketRegion: region } = found;
    const [first, ...others] = keyFaults(uses, region, openersOf(stack));
    const keys = keysIn(uses).map(({ text }) => text);
    if (!first) return { message: 'usable', data: { bucket, keys: keys.join(' and '), region } };
    const faults = [first, ...others].map(({ detail }) => detail).join('; ');
    const { why, key } = first;
    return { message: why, data: { bucket, faults, key, region } };
  },
});
