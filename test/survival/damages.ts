import {
  DeleteObjectCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type ReplicationRule,
  type TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3';
import { admitting, replicationStatements, replicationTrust } from '../estates/replication-role.ts';
import { AWAY, type Estate, encrypt, HOME, OTHER, OWN, type Pair, replicate, soundRule, trusting } from './estate.ts';

/** `verdict message-id` by rule, of a rule about a replica with ` (replica)` behind it; only what differs from a sound pair. */
export type Verdicts = Readonly<Record<string, string>>;

/** One way in which a state would not survive, or in which others would wrongly say so. */
export interface Damage {
  /** The row of the list of holes in other auditors, where it is one. */
  readonly hole?: string;
  /** Of the stack and its buckets. */
  readonly name: string;
  readonly what: string;
  readonly workspaces?: readonly string[];
  readonly backend?: Readonly<Record<string, unknown>>;
  /** The deployment role, where it is not the usual one. */
  readonly deploy?: string;
  readonly replica?: { readonly region?: string; readonly account?: string };
  readonly bucketKey?: boolean;
  readonly unreplicated?: boolean;
  /** What is different in the replication rule. */
  readonly rule?: (estate: Estate, pair: Pair) => Partial<ReplicationRule>;
  /** The replication role, where it is not the usual one. */
  readonly role?: string;
  /** Copies are left pending. */
  readonly pending?: boolean;
  readonly before?: (estate: Estate, pair: Pair) => Promise<void>;
  readonly after?: (estate: Estate, pair: Pair) => Promise<void>;
  readonly expect: Verdicts;
  /** What a run of Terraform itself leaves besides. */
  readonly afterRun?: Verdicts;
  /** What is said once about its buckets, beside the verdicts. */
  readonly problem?: string;
  /** Of a named workspace, where it is not the same. */
  readonly inWorkspace?: Readonly<Record<string, Verdicts>>;
}

const destination = (bucket: string, more: object = {}): Pick<ReplicationRule, 'Destination'> => ({
  Destination: { Bucket: `arn:aws:s3:::${bucket}`, ...more },
});

const lifecycle =
  (
    rule: Partial<LifecycleRule>,
    side: 'state' | 'replica' = 'state',
    TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize = 'all_storage_classes_128K',
  ) =>
  async ({ connect }: Estate, pair: Pair): Promise<void> => {
    const Rules: LifecycleRule[] = [{ ID: 'tidy', Status: 'Enabled', Filter: { Prefix: '' }, ...rule }];
    const { s3 } = connect(side === 'state' ? HOME : AWAY);
    const input = { Bucket: pair[side], LifecycleConfiguration: { Rules }, TransitionDefaultMinimumObjectSize };
    await s3.send(new PutBucketLifecycleConfigurationCommand(input));
  };

const lockObjects =
  (side: 'state' | 'replica', days = 30) =>
  async ({ connect }: Estate, pair: Pair): Promise<void> => {
    const { s3 } = connect(side === 'state' ? HOME : AWAY);
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: days } },
    } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket: pair[side], ObjectLockConfiguration }));
  };

const bucketPolicy =
  (statement: object, side: 'state' | 'replica' = 'state') =>
  async ({ connect }: Estate, pair: Pair): Promise<void> => {
    const arn = `arn:aws:s3:::${pair[side]}`;
    const Statement = [{ Effect: 'Deny', Resource: [arn, `${arn}/*`], ...statement }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const { s3 } = connect(side === 'state' ? HOME : AWAY);
    await s3.send(new PutBucketPolicyCommand({ Bucket: pair[side], Policy }));
  };

async function newestVersion({ connect }: Estate, Bucket: string, Key: string): Promise<string> {
  const { Versions = [] } = await connect(AWAY).s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  const version = Versions.find((each) => each.Key === Key)?.VersionId;
  if (version === undefined) throw new Error(`nothing is at ${Bucket}/${Key}`);
  return version;
}

const intoOther: NonNullable<Damage['rule']> = ({ awayKey }, { replica }) =>
  destination(replica, { Account: OTHER, EncryptionConfiguration: { ReplicaKmsKeyID: awayKey } });

/** What the owner of a destination in another account must do (S3 "Configuring replication for buckets in different accounts"). */
async function letReplicationIn({ connect }: Estate, { replica }: Pair): Promise<void> {
  const Policy = admitting(`arn:aws:iam::${OWN}:role/replication`, replica);
  await connect(AWAY, OTHER).s3.send(new PutBucketPolicyCommand({ Bucket: replica, Policy }));
}

const roleWith =
  (name: string, trust: string, statements: readonly object[]) =>
  async ({ makeRole }: Estate): Promise<void> => {
    await makeRole(name, trust, ...statements);
  };

/** What is found where nothing is wrong. */
export const sound: Verdicts = {
  'backend-complete': 'pass complete',
  'emergency-can-deploy': 'pass same',
  'emergency-reaches-state': 'pass reached',
  'emergency-reaches-state (replica)': 'pass reached',
  'emergency-tested': 'pass drilled',
  'independent-of-orchestrator-region': 'unknown undecided',
  'inputs-recoverable': 'pass none',
  'lock-survives-failover (replica)': 'pass works',
  'mfa-delete': 'pass on',
  'modules-reachable': 'pass reachable',
  'providers-locked': 'not-applicable none',
  'replica-in-sync (replica)': 'pass inSync',
  'replica-protected (replica)': 'pass guarded',
  'role-assumable': 'pass open',
  'role-exists': 'pass exists',
  'role-recorded': 'pass recorded',
  'role-session-duration': 'pass enough',
  'runs-outside-orchestrator': 'pass free',
  'state-external': 'pass team',
  'state-key-survives': 'pass usable',
  'state-key-survives (replica)': 'pass usable',
  'state-reachable': 'pass present',
  'state-replicated': 'pass covered',
  'state-retention': 'pass kept',
  'state-retention (replica)': 'pass kept',
  'state-versioned': 'pass on',
  'tool-version-pinned': 'pass pinned',
};

/** What follows where no rule copies the key: there is no replica to judge. */
const uncopied: Verdicts = {
  'state-replicated': 'fail uncovered',
  'replica-in-sync': 'not-applicable nothing-to-judge',
  'replica-in-sync (replica)': 'none',
  'replica-protected': 'not-applicable nothing-to-judge',
  'replica-protected (replica)': 'none',
  'lock-survives-failover': 'not-applicable nothing-to-judge',
  'lock-survives-failover (replica)': 'none',
  'state-retention (replica)': 'none',
  'state-key-survives (replica)': 'none',
  'emergency-reaches-state (replica)': 'none',
};

/** What follows where the rule does not get its copies through. */
const neverCopied: Verdicts = { 'replica-in-sync (replica)': 'fail late' };

/** What follows without replication. */
const unreplicated: Verdicts = { ...uncopied, 'state-replicated': 'fail noRules' };

/** Every damage, with what must be found of it and nothing else. */
export const damages: readonly Damage[] = [
  { name: 'sound', what: 'nothing is wrong', workspaces: ['default', 'prod'], expect: {} },
  {
    hole: '1',
    name: 'disabled',
    what: 'the replication rule is Disabled',
    rule: () => ({ Status: 'Disabled' }),
    expect: uncopied,
  },
  {
    hole: '2',
    name: 'same-region',
    what: 'the replica is in the region of the state',
    replica: { region: HOME },
    rule: ({ homeKey }, { replica }) => destination(replica, { EncryptionConfiguration: { ReplicaKmsKeyID: homeKey } }),
    expect: {
      'state-replicated': 'fail uncovered',
      'replica-in-sync (replica)': 'not-applicable sameRegion',
      'replica-protected (replica)': 'not-applicable sameRegion',
      'lock-survives-failover (replica)': 'not-applicable sameRegion',
      // A copy that goes down with the state is no place to look at.
      'state-retention (replica)': 'none',
      'state-key-survives (replica)': 'none',
      'emergency-reaches-state (replica)': 'none',
    },
  },
  {
    hole: '3',
    name: 'other-account',
    what: 'the replica is in another account, which others take for a failure',
    replica: { account: OTHER },
    rule: intoOther,
    before: letReplicationIn,
    // Nobody of this account is let in by the owner of the copy, who was asked to let S3 in only.
    expect: { 'emergency-reaches-state (replica)': 'fail stopped' },
  },
  {
    name: 'other-account-shut',
    what: 'the replica is in another account, and no bucket policy of it lets the replication role in',
    replica: { account: OTHER },
    rule: intoOther,
    pending: true,
    after: async ({ aws }, { state, key }) => aws.bucket(state).setReplicationStatus(key, 'FAILED'),
    expect: {
      'state-replicated': 'fail uncovered',
      'emergency-reaches-state (replica)': 'fail stopped',
      ...neverCopied,
    },
  },
  {
    hole: '4',
    name: 'prefix',
    what: 'the prefix covers the default workspace, and not the named one',
    workspaces: ['default', 'prod'],
    rule: () => ({ Filter: { Prefix: 'apps/' } }),
    expect: {},
    inWorkspace: { prod: uncopied },
  },
  {
    hole: '4',
    name: 'tagged',
    what: 'the rule filters by a tag, which Terraform never writes',
    rule: () => ({
      Filter: { Tag: { Key: 'dr', Value: 'yes' } },
      DeleteMarkerReplication: { Status: 'Disabled' },
    }),
    expect: uncopied,
  },
  {
    hole: '5',
    name: 'kms-skipped',
    what: 'the state is encrypted with KMS, and the rule does not select KMS objects',
    rule: (_, { replica }) => ({ SourceSelectionCriteria: undefined, ...destination(replica) }),
    expect: {
      'state-replicated': 'fail uncovered',
      'replica-in-sync (replica)': 'fail late',
      'state-key-survives (replica)': 'not-applicable nothing',
    },
  },
  {
    hole: '5',
    name: 'replica-key-far',
    what: 'the key of the replica is in another region than the replica',
    rule: ({ homeKey }, { replica }) => destination(replica, { EncryptionConfiguration: { ReplicaKmsKeyID: homeKey } }),
    expect: {
      'emergency-reaches-state (replica)': 'unknown undecided',
      'state-replicated': 'fail uncovered',
      'replica-in-sync (replica)': 'fail late',
      'state-key-survives (replica)': 'fail misplaced',
    },
  },
  {
    hole: '5',
    name: 'replica-key-gone',
    what: 'the key of the replica does not exist, which S3 accepts in a rule',
    rule: (_, { replica }) =>
      destination(replica, {
        EncryptionConfiguration: {
          ReplicaKmsKeyID: `arn:aws:kms:${AWAY}:${OWN}:key/00000000-0000-4000-8000-000000000000`,
        },
      }),
    expect: {
      'emergency-reaches-state (replica)': 'unknown undecided',
      'replica-in-sync (replica)': 'fail late',
      'state-key-survives (replica)': 'fail gone',
    },
  },
  {
    hole: '6',
    name: 'bucket-key',
    what: 'a Bucket Key, and a role that may decrypt for the ARNs of objects only',
    bucketKey: true,
    role: 'replication-object-context',
    before: roleWith(
      'replication-object-context',
      replicationTrust,
      replicationStatements({
        Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::*/*' } },
      }),
    ),
    pending: true,
    after: async ({ aws }, { state, key }) => aws.bucket(state).setReplicationStatus(key, 'FAILED'),
    expect: { 'state-replicated': 'fail uncovered', ...neverCopied },
  },
  {
    hole: '6',
    name: 'bucket-key-unproven',
    what: 'the same before S3 has tried: the key policy may still allow it, so that it is not known',
    bucketKey: true,
    role: 'replication-object-context',
    pending: true,
    expect: { 'state-replicated': 'unknown undecided', ...neverCopied },
  },
  {
    hole: '7',
    name: 'role-gone',
    what: 'the replication role does not exist',
    role: 'replication-deleted',
    expect: { 'state-replicated': 'fail uncovered', ...neverCopied },
  },
  {
    hole: '7',
    name: 'role-untrusting',
    what: 'the replication role does not trust S3',
    role: 'replication-untrusting',
    before: roleWith('replication-untrusting', trusting({ Service: 'ec2.amazonaws.com' }), replicationStatements()),
    expect: { 'state-replicated': 'fail uncovered', ...neverCopied },
  },
  {
    hole: '7',
    name: 'role-powerless',
    what: 'the replication role may not write replicas',
    role: 'replication-powerless',
    before: roleWith(
      'replication-powerless',
      replicationTrust,
      replicationStatements().filter((_, index) => index !== 2),
    ),
    expect: { 'state-replicated': 'fail uncovered', ...neverCopied },
  },
  {
    hole: '8',
    name: 'failed',
    what: 'S3 reports FAILED, and does not try again',
    after: async ({ aws, connect }, { state, replica, key }) => {
      aws.bucket(replica).setVersioning('Suspended');
      await connect().s3.send(new PutObjectCommand({ Bucket: state, Key: key, Body: '{"serial":2}' }));
      aws.replicate(replica);
      aws.bucket(replica).setVersioning('Enabled');
    },
    expect: { 'replica-in-sync (replica)': 'fail late' },
  },
  {
    hole: '8',
    name: 'pending',
    what: 'a copy has been PENDING for longer than the team accepts',
    pending: true,
    expect: { 'replica-in-sync (replica)': 'fail late', 'state-key-survives (replica)': 'pass usable' },
  },
  {
    hole: '8',
    name: 'older-than-rule',
    what: 'the state was written before there was a rule',
    unreplicated: true,
    after: async (estate, pair) => replicate(estate, pair, { rules: [soundRule(estate, pair)] }),
    expect: { 'replica-in-sync (replica)': 'fail late' },
  },
  {
    hole: '8',
    name: 'replica-deleted',
    what: 'a delete marker is above the copy',
    after: async ({ connect }, { replica, key }) => {
      await connect(AWAY).s3.send(new DeleteObjectCommand({ Bucket: replica, Key: key }));
    },
    expect: { 'replica-in-sync (replica)': 'fail deleted', 'state-key-survives (replica)': 'pass usable' },
  },
  {
    hole: '8',
    name: 'replica-emptied',
    what: 'somebody deleted the copy for good; S3 still says COMPLETED',
    after: async (estate, { replica, key }) => {
      estate.aws.bucket(replica).setMfaDelete('Disabled');
      const VersionId = await newestVersion(estate, replica, key);
      await estate.connect(AWAY).s3.send(new DeleteObjectCommand({ Bucket: replica, Key: key, VersionId }));
      estate.aws.bucket(replica).setMfaDelete('Enabled');
    },
    expect: { 'replica-in-sync (replica)': 'fail late' },
  },
  {
    hole: '9',
    name: 'replica-gone',
    what: 'the bucket of the replica was deleted',
    after: async ({ aws }, { replica }) => aws.bucket(replica).destroy(),
    expect: {
      'state-replicated': 'fail uncovered',
      'replica-in-sync (replica)': 'fail noBucket',
      'replica-protected (replica)': 'not-applicable noBucket',
      'lock-survives-failover (replica)': 'not-applicable noBucket',
      'state-retention (replica)': 'none',
      'state-key-survives (replica)': 'none',
      'emergency-reaches-state (replica)': 'none',
    },
  },
  {
    hole: '9',
    name: 'replica-unversioned',
    what: 'versioning of the replica was suspended',
    after: async ({ aws }, { replica }) => aws.bucket(replica).setVersioning('Suspended'),
    expect: { 'state-replicated': 'fail uncovered', 'replica-protected (replica)': 'fail unversioned' },
  },
  {
    hole: '9',
    name: 'lock-mismatch',
    what: 'the state has Object Lock, and its replica has not',
    before: lockObjects('state'),
    expect: { 'state-replicated': 'fail uncovered', ...neverCopied },
    problem: 'has Object Lock and its replica lock-mismatch-replica has not',
  },
  {
    hole: '10',
    name: 'suspended',
    what: 'versioning is suspended: older versions are there, new ones replace each other',
    unreplicated: true,
    after: async ({ aws }, { state }) => aws.bucket(state).setVersioning('Suspended'),
    expect: { 'state-versioned': 'fail suspended', ...unreplicated },
  },
  {
    hole: '10',
    name: 'unversioned',
    what: 'the bucket was never versioned',
    unreplicated: true,
    before: async ({ aws }, { state }) => aws.bucket(state).setVersioning(undefined),
    expect: { 'state-versioned': 'fail never', ...unreplicated },
  },
  {
    hole: '11',
    name: 'short-history',
    what: 'older versions are dropped after a day',
    after: lifecycle({ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 5 } }),
    expect: { 'state-retention': 'fail lost' },
    // MFA delete is on, too: a bucket of AWS cannot come to that, other stores can.
    problem: 'S3 does not support the two together',
  },
  {
    hole: '11',
    name: 'expiring',
    what: 'the state itself expires',
    after: lifecycle({ Filter: { Prefix: 'apps/' }, Expiration: { Days: 90 } }),
    expect: { 'state-retention': 'fail lost' },
    // MFA delete is on, too: a bucket of AWS cannot come to that, other stores can.
    problem: 'S3 does not support the two together',
  },
  {
    name: 'archived',
    what: 'the replica goes to Glacier',
    after: lifecycle({ Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] }, 'replica', 'varies_by_storage_class'),
    expect: { 'state-retention (replica)': 'fail lost' },
  },
  {
    name: 'too-small-to-archive',
    what: 'the replica would go to Glacier, if S3 moved objects of its size',
    after: lifecycle({ Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] }, 'replica'),
    expect: {},
  },
  {
    hole: '12',
    name: 'mfa-off',
    what: 'MFA delete is off, and lifecycle rules make it impossible',
    after: async (estate, pair) => {
      estate.aws.bucket(pair.state).setMfaDelete('Disabled');
      await lifecycle({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } })(estate, pair);
    },
    expect: { 'mfa-delete': 'fail off', 'state-retention': 'pass window' },
    problem: 'cannot have MFA delete together with its lifecycle rules (tidy), which the versions of lock files',
  },
  {
    name: 'replica-open',
    what: 'whoever may delete versions can destroy the replica',
    after: async ({ aws }, { replica }) => aws.bucket(replica).setMfaDelete('Disabled'),
    expect: { 'replica-protected (replica)': 'fail open' },
  },
  {
    hole: '13',
    name: 'denied',
    what: 'the auditor may not read the versioning: that is no failure',
    after: async ({ aws }, { state }) => void aws.deny('s3:GetBucketVersioning', `arn:aws:s3:::${state}`),
    expect: { 'state-versioned': 'unknown access-denied', 'mfa-delete': 'unknown access-denied' },
  },
  {
    hole: '14',
    name: 'stale-lock',
    what: 'delete markers are not copied, so that the lock of the last run is still in the replica',
    rule: () => ({ DeleteMarkerReplication: { Status: 'Disabled' } }),
    after: async (estate, { state, replica, key }) => {
      const lock = { Bucket: state, Key: `${key}.tflock` };
      await estate.connect().s3.send(new PutObjectCommand({ ...lock, Body: '{}' }));
      estate.aws.replicate(replica);
      await estate.connect().s3.send(new DeleteObjectCommand(lock));
      estate.aws.replicate(replica);
    },
    expect: { 'lock-survives-failover (replica)': 'fail stale-lockfile' },
  },
  {
    hole: '14',
    name: 'lock-stays',
    what: 'delete markers are not copied: each run will leave its lock in the replica',
    backend: { use_lockfile: true },
    rule: () => ({ DeleteMarkerReplication: { Status: 'Disabled' } }),
    expect: { 'lock-survives-failover (replica)': 'fail lockfile-stays' },
    afterRun: { 'lock-survives-failover (replica)': 'fail stale-lockfile' },
  },
  {
    hole: '14',
    name: 'table-at-home',
    what: 'the lock table is in the region of the state only',
    backend: { use_lockfile: false, dynamodb_table: 'terraform-locks' },
    before: async ({ aws }) => void aws.createTable({ name: 'terraform-locks', region: HOME, account: OWN }),
    expect: { 'lock-survives-failover (replica)': 'fail table-missing' },
  },
  {
    hole: '15',
    name: 'vendor-only',
    what: 'the deployment role lets in nobody but the vendor',
    deploy: 'vendor-only',
    expect: {
      'role-assumable': 'fail closed',
      'emergency-can-deploy': 'not-applicable nobody',
      'emergency-reaches-state': 'not-applicable nobody',
      'emergency-reaches-state (replica)': 'not-applicable nobody',
      'emergency-tested': 'not-applicable nobody',
      'role-session-duration': 'not-applicable nobody',
    },
  },
  {
    name: 'key-doomed',
    what: 'the key of the state is to be deleted',
    after: async (estate, pair) => {
      const key = estate.aws.createKey({ region: HOME, account: OWN });
      await encrypt(estate, pair, { key: key.arn });
      await estate.connect().s3.send(new PutObjectCommand({ Bucket: pair.state, Key: pair.key, Body: '{"serial":2}' }));
      estate.aws.replicate(pair.replica);
      key.set({ state: 'PendingDeletion', deletionDate: new Date('2030-01-01T00:00:00Z') });
    },
    expect: { 'state-key-survives': 'fail doomed' },
  },
  {
    name: 'shut-out',
    what: 'the bucket policy denies everybody but the vendor',
    after: bucketPolicy({
      Sid: 'VendorOnly',
      NotPrincipal: { AWS: 'arn:aws:iam::324880187172:root' },
      Action: 's3:*',
    }),
    expect: { 'emergency-reaches-state': 'fail stopped' },
  },
  {
    name: 'key-pinned',
    what: 'the policy of the replica wants the key of the lost region',
    after: async (estate, pair) => {
      const Condition = {
        StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': estate.homeKey },
      };
      const statement = { Sid: 'OneKey', Principal: '*', Action: 's3:PutObject', Condition };
      await bucketPolicy(statement, 'replica')(estate, pair);
    },
    expect: { 'emergency-reaches-state (replica)': 'fail stopped' },
  },
  {
    name: 'replaced',
    what: 'the state is another object: an empty one',
    after: async ({ aws, connect }, { state, replica, key }) => {
      await connect().s3.send(new PutObjectCommand({ Bucket: state, Key: key, Body: '', ContentLength: 0 }));
      aws.replicate(replica);
    },
    expect: { 'state-reachable': 'fail empty' },
  },
  {
    name: 'deleted',
    what: 'the state was deleted',
    after: async ({ aws, connect }, { state, replica, key }) => {
      await connect().s3.send(new DeleteObjectCommand({ Bucket: state, Key: key }));
      aws.replicate(replica);
    },
    expect: {
      'state-reachable': 'fail deleted',
      'replica-in-sync (replica)': 'not-applicable noState',
      'state-key-survives': 'not-applicable nothing',
      // How it was encrypted would decide.
      'state-replicated': 'unknown undecided',
    },
  },
];
