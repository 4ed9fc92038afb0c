import { defineRule, type Rule } from '../../src/model/rule.ts';

const fail = <T extends string, F extends string>(text: T, fix: F) => ({ verdict: 'fail', text, fix }) as const;
const cannot = 'after a failover to {{bucket}}, Terraform cannot lock: {{traps}}';
const price = 'Deletions of a state are then copied too, as markers with its versions below them.';
const unlock =
  `When nobody is applying, take the lock away at the replica, with the id that the error names or without Terraform. To keep it from coming back, let the replication rule copy delete markers. ${price}\nterraform force-unlock LOCK_ID\naws s3api delete-object --bucket {{bucket}} --key {{lock}} --region {{region}}` as const;
const mark =
  `Let the replication rule copy delete markers (delete_marker_replication, status Enabled). ${price} Or write into the runbook what comes first after a failover:\nterraform force-unlock LOCK_ID` as const;
const create =
  'aws dynamodb create-table --table-name {{table}} --attribute-definitions AttributeName=LockID,AttributeType=S --key-schema AttributeName=LockID,KeyType=HASH --billing-mode PAY_PER_REQUEST --region {{region}}';
const add =
  `Make the table a global table with a replica in {{region}}, or create one of its own there:\n${create}` as const;
const replace = `In {{region}}, put a table in its place that Terraform can use:\n${create}` as const;

/** The state is there, the people are let in, and the first command says that somebody else holds the lock. */
export const rule: Rule = defineRule({
  id: 'lock-survives-failover',
  title: 'Terraform gets its lock at the replica',
  severity: 'medium',
  scenarios: ['region-loss'],
  why: 'A lock file that was copied, and whose deletion was not, locks the replica for good. A lock table belongs to one region. Either way the first plan after a failover fails, and people learn to run without a lock at the worst of times.',
  controls: ['NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'replica',
  needs: ['replica.lock'],
  messages: {
    works: { verdict: 'pass', text: 'after a failover to {{bucket}}, Terraform can lock with {{by}}{{note}}' },
    noLock: {
      verdict: 'not-applicable',
      text: 'the backend takes no lock, at {{bucket}} as elsewhere: two people can apply at once',
    },
    noBucket: { verdict: 'not-applicable', text: '{{bucket}} does not exist, so nobody fails over to it' },
    sameRegion: { verdict: 'not-applicable', text: '{{bucket}} is in the state’s own region, and is lost with it' },
    'stale-lockfile': fail(cannot, unlock),
    'lockfile-stays': fail(
      'after the next run, a failover to {{bucket}} finds a lock that nobody holds: {{traps}}',
      mark,
    ),
    'table-missing': fail(cannot, add),
    'table-unusable': fail(cannot, replace),
  },
  evaluate({ 'replica.lock': lock }, { bucket: { name: bucket }, object: { key }, state: { writes } }) {
    switch (lock.kind) {
      case 'no-lock':
        return { message: 'noLock', data: { bucket } };
      case 'no-bucket':
        return { message: 'noBucket', data: { bucket } };
      case 'same-region':
        return { message: 'sameRegion', data: { bucket } };
      case 'works':
        return { message: 'works', data: { bucket, by: lock.by, note: lock.note && `; ${lock.note}` } };
      case 'trapped': {
        const table = ('known' in writes.table && writes.table.known) || 'TABLE';
        const traps = lock.traps.map(({ detail }) => detail).join('; ');
        const data = { bucket, traps, table, region: lock.region, lock: `${key}.tflock` };
        return { message: lock.traps[0].why, data };
      }
    }
  },
});
