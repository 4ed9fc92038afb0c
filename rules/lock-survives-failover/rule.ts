import { defineRule, type Rule } from '../../src/model/rule.ts';

/** For the shell that the command is pasted into: the key is the code's, and may hold anything. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The state is there, the people are let in, and the first command says that somebody else holds the lock. */
export const rule: Rule = defineRule({
  id: 'lock-survives-failover',
  title: 'Terraform gets its lock at the replica',
  severity: 'medium',
  scenarios: ['region-loss'],
  why: 'A lock file that was copied, and whose deletion was not, locks the replica for good. A lock table belongs to one region. Either way the first plan after a failover fails, and people learn to run without a lock at the worst of times.',
  controls: ['NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'replica',
  needs: ['replica.place', 'replica.lock'],
  messages: {
    works: { verdict: 'pass', text: 'after a failover to {{bucket}}, Terraform can lock with {{by}}{{note}}' },
    noLock: {
      verdict: 'not-applicable',
      text: 'the backend takes no lock, at {{bucket}} as elsewhere: two people can apply at once',
    },
    noBucket: { verdict: 'not-applicable', text: '{{bucket}} does not exist, so nobody fails over to it' },
    sameRegion: { verdict: 'not-applicable', text: '{{bucket}} is in the state’s own region, and is lost with it' },
    'stale-lockfile': {
      verdict: 'fail',
      text: 'after a failover to {{bucket}}, Terraform cannot lock: {{traps}}',
      fix: 'When nobody is applying, take the lock away at the replica, with the id that the error names or without Terraform:\nterraform force-unlock LOCK_ID\naws s3api delete-object --bucket {{bucket}} --key {{lock}} --region {{region}}\nTo keep it from coming back, let the replication rule copy delete markers. Deletions of a state are then copied too, as markers with its versions below them.',
    },
    'lockfile-stays': {
      verdict: 'fail',
      text: 'after the next run, a failover to {{bucket}} finds a lock that nobody holds: {{traps}}',
      fix: 'Let the replication rule copy delete markers (delete_marker_replication, status Enabled). Deletions of a state are then copied too, as markers with its versions below them. Or write into the runbook what comes first after a failover:\nterraform force-unlock LOCK_ID',
    },
    'table-missing': {
      verdict: 'fail',
      text: 'after a failover to {{bucket}}, Terraform cannot lock: {{traps}}',
      fix: 'Make the table a global table with a replica in {{region}}, or create one of its own there:\naws dynamodb create-table --table-name {{table}} --attribute-definitions AttributeName=LockID,AttributeType=S --key-schema AttributeName=LockID,KeyType=HASH --billing-mode PAY_PER_REQUEST --region {{region}}',
    },
    'table-unusable': {
      verdict: 'fail',
      text: 'after a failover to {{bucket}}, Terraform cannot lock: {{traps}}',
      fix: 'In {{region}}, put a table in its place that Terraform can use:\naws dynamodb create-table --table-name {{table}} --attribute-definitions AttributeName=LockID,AttributeType=S --key-schema AttributeName=LockID,KeyType=HASH --billing-mode PAY_PER_REQUEST --region {{region}}',
    },
  },
  evaluate(facts, { bucket: { name: bucket }, object: { key }, state: { writes } }, { sameRegionCounts }) {
    const { 'replica.place': place, 'replica.lock': lock } = facts;
    if (lock.kind === 'no-lock') return { message: 'noLock', data: { bucket } };
    if (place.kind === 'no-bucket') return { message: 'noBucket', data: { bucket } };
    const { kind, region } = place;
    const isLost = kind === 'same-region' && !sameRegionCounts;
    if (isLost || lock.kind === 'no-failover') return { message: 'sameRegion', data: { bucket } };
    if (lock.kind === 'works')
      return { message: 'works', data: { bucket, by: lock.by, note: lock.note && `; ${lock.note}` } };
    const table = quoted(('known' in writes.table && writes.table.known) || 'TABLE');
    const traps = lock.traps.map(({ detail }) => detail).join('; ');
    return { message: lock.traps[0].why, data: { bucket, traps, table, region, lock: quoted(`${key}.tflock`) } };
  },
});
