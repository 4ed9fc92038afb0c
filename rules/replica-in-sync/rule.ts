import { defineRule, type Rule } from '../../src/model/rule.ts';

const fail = <T extends string, F extends string>(text: T, fix: F) => ({ verdict: 'fail', text, fix }) as const;
const lag =
  '{{replica}} lags {{lagSeconds}} s behind {{key}} (limit {{limit}} s), missing versions: {{missing}}; S3 status: {{reported}}';
const copy =
  'S3 tries a FAILED copy no more, and one without a status never: find the cause (see state-replicated), then copy {{key}} to {{replica}} with S3 Batch Replication.';
const rewrite =
  'If {{source}} is where the team writes, and its versioning is Enabled, write the state there once more:\naws s3api copy-object --bucket {{source}} --key {{key}} --copy-source "{{source}}/{{key}}" --metadata-directive REPLACE';
const unhide = 'aws s3api delete-object --bucket {{replica}} --key {{key}} --version-id {{id}}';
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
  needs: ['replica.place', 'replica.sync'],
  messages: {
    inSync: { verdict: 'pass', text: '{{replica}} is {{lagSeconds}} s behind {{key}}: {{proof}}, {{bytes}} bytes' },
    lagging: { verdict: 'pass', text: lag },
    noState: { verdict: 'not-applicable', text: 'nothing is at {{key}} in {{source}}, so nothing can be missing' },
    sameRegion: { verdict: 'not-applicable', text: '{{replica}} is lost with {{source}}: both are in one region' },
    noBucket: fail('bucket {{replica}} of rule {{rule}} does not exist', 'Create it, or correct {{source}}’s rule.'),
    late: fail(lag, copy),
    unversioned: fail('{{replica}} never gets {{key}}: {{source}} was not versioned {{lagSeconds}} s ago', rewrite),
    deleted: fail('a delete marker of {{since}} hides {{key}} at {{replica}}: Terraform would find nothing', unhide),
    differs: fail('{{replica}} has {{found}} of {{key}}; {{source}} has {{has}}', decide),
    swapped: fail('{{source}} is a replica itself: the newest version of {{key}} was written elsewhere', rewrite),
  },
  evaluate({ 'replica.place': place, 'replica.sync': sync }, { rule: id, state, bucket, object: { key } }, demands) {
    const at = { key, source: state.bucket.name, replica: bucket.name };
    const differs = (found: string, has: string) => ({ message: 'differs', data: { ...at, found, has } }) as const;
    if (sync.kind === 'no-bucket') return { message: 'noBucket', data: { ...at, rule: id } };
    if (place.kind === 'same-region' && !demands.sameRegionCounts) return { message: 'sameRegion', data: at };
    if (sync.kind === 'no-state') return { message: 'noState', data: at };
    if (sync.kind === 'swapped') return { message: 'swapped', data: at };
    if (sync.kind === 'deleted') return { message: 'deleted', data: { ...at, since: sync.since, id: sync.versionId } };
    if (sync.kind === 'damaged') return differs(`${sync.bytes} bytes`, `${sync.expected} in the same version`);
    if (sync.kind === 'diverged') return differs(`version ${sync.versionId} of ${sync.written}`, 'no such version');
    if (sync.kind === 'other-lineage') return differs(`lineage ${sync.lineage}`, sync.expected);
    if (sync.kind === 'ahead') return differs(`serial ${sync.serial}`, `${sync.expected}`);
    if (sync.kind === 'in-sync') {
      const proof = sync.versionId === null ? `serial ${sync.serial}, lineage and size` : `version ${sync.versionId}`;
      return { message: 'inSync', data: { ...at, proof, bytes: sync.bytes, lagSeconds: 0 } };
    }
    const { seconds: lagSeconds, reported } = sync;
    if (sync.kind === 'never' && sync.unversioned) return { message: 'unversioned', data: { ...at, lagSeconds } };
    const limit = demands.maxLagMinutes * 60;
    const missing = sync.kind === 'never' ? 'all' : `${sync.atLeast ? 'at least ' : ''}${sync.missing}`;
    const isComing = sync.kind === 'never' ? reported === 'PENDING' : reported !== 'FAILED';
    const message = isComing && lagSeconds <= limit ? 'lagging' : 'late';
    return { message, data: { ...at, lagSeconds, limit, missing, reported } };
  },
});
