import { differenceIn, lagWords, proofWords } from '../../src/model/replication.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const fail = <T extends string, F extends string>(text: T, fix: F) => ({ verdict: 'fail', text, fix }) as const;
const pass = <T extends string>(text: T) => ({ verdict: 'pass', text }) as const;
const lag =
  '{{replica}} lags {{lagSeconds}} s behind {{key}} (limit {{limit}} s), missing versions: {{missing}}; S3 status: {{reported}}';
const copy =
  'While S3 says PENDING it still tries: what keeps it waiting is the role, a key or the destination (see state-replicated). With any other status it tries no more: mend the cause, then copy {{key}} to {{replica}} with S3 Batch Replication.';
const again =
  'aws s3api copy-object --bucket {{source}} --key {{key}} --copy-source {{source}}/{{key}} --metadata-directive REPLACE';
const rewrite =
  `If {{source}} is where the team writes, and its versioning is Enabled, write the state there once more:\n${again}` as const;
const thaw =
  `Take the storage class out of rule {{rule}}, or correct the lifecycle rule that moved the copy. Then write the state once more, and S3 copies it anew:\n${again}` as const;
const unhide =
  'Take the marker away, and the version below it is the current one again:\naws s3api delete-object --bucket {{replica}} --key {{key}} --version-id {{id}}';
const decide =
  'Find out which of them is right, before either is copied over the other:\naws s3api list-object-versions --bucket {{source}} --prefix {{key}}\naws s3api list-object-versions --bucket {{replica}} --prefix {{key}}';

/** The proof is the object itself: a rule that is right does not mean that the newest state has arrived. */
export const rule: Rule = defineRule({
  id: 'replica-in-sync',
  title: 'The newest version of the state is at the replica',
  severity: 'high',
  scenarios: ['region-loss'],
  why: 'When the region is gone, the copy is the state, as old as it is. A plan against an old state creates resources twice, and one without a state creates everything again. Replication fails in silence: nobody looks at the copy before it is needed.',
  controls: ['NIST 800-53 r5 CP-6(2)', 'NIST 800-53 r5 CP-9a', 'SOC 2 A1.2', 'ISO 27001:2022 A.8.14', 'AWS FSBP S3.7'],
  about: 'replica',
  needs: ['replica.sync'],
  messages: {
    inSync: pass('{{replica}} is {{lagSeconds}} s behind {{key}}: {{proof}}, {{bytes}} bytes{{note}}'),
    lagging: pass(lag),
    noState: { verdict: 'not-applicable', text: 'nothing is at {{key}} in {{source}} that could be compared' },
    sameRegion: { verdict: 'not-applicable', text: '{{replica}} is lost with {{source}}: both are in one region' },
    noBucket: fail('bucket {{replica}} of rule {{rule}} does not exist', 'Create it, or correct {{source}}’s rule.'),
    late: fail(lag, copy),
    unversioned: fail('{{replica}} never gets {{key}}: {{source}} was not versioned {{lagSeconds}} s ago', rewrite),
    deleted: fail('a delete marker of {{since}} hides {{key}} at {{replica}}: Terraform would find nothing', unhide),
    archived: fail('{{replica}} has {{key}} in {{storageClass}}: restoring it takes hours', thaw),
    differs: fail('{{replica}} has {{found}} of {{key}}; {{source}} has {{has}}', decide),
    swapped: fail('{{source}} is a replica itself: the newest version of {{key}} was written elsewhere', rewrite),
  },
  evaluate({ 'replica.sync': sync }, { rule: id, state, bucket, object: { key } }, { maxLagMinutes }) {
    const at = { key, source: state.bucket.name, replica: bucket.name };
    if (sync.kind === 'no-bucket') return { message: 'noBucket', data: { ...at, rule: id } };
    if (sync.kind === 'same-region') return { message: 'sameRegion', data: at };
    if (sync.kind === 'no-state') return { message: 'noState', data: at };
    if (sync.kind === 'swapped') return { message: 'swapped', data: at };
    if (sync.kind === 'deleted') return { message: 'deleted', data: { ...at, since: sync.since, id: sync.versionId } };
    const { kind } = sync;
    if (kind === 'archived') return { message: kind, data: { ...at, rule: id, storageClass: sync.storageClass } };
    if (kind === 'in-sync') return { message: 'inSync', data: { ...at, lagSeconds: 0, ...proofWords(sync) } };
    if (kind !== 'behind' && kind !== 'never') return { message: 'differs', data: { ...at, ...differenceIn(sync) } };
    const { lagSeconds, limit, ...words } = lagWords(sync, maxLagMinutes);
    if (kind === 'never' && sync.unversioned) return { message: 'unversioned', data: { ...at, lagSeconds } };
    const comes = lagSeconds <= limit && (kind === 'never' ? sync.reported === 'PENDING' : sync.reported !== 'FAILED');
    return { message: comes ? 'lagging' : 'late', data: { ...at, lagSeconds, limit, ...words } };
  },
});
