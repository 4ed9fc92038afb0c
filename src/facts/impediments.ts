import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { ObjectStatus } from '../model/object.ts';
import type { ReplicationConfiguration, ReplicationRule, Shortfall } from '../model/replication.ts';
import type { Principal, Replica, Role, State } from '../model/subject.ts';
import { judgeReplicationRole, type ReplicationRoleQuestion, type RoleJudgement } from '../s3/replication-role.ts';
import type { Context } from './resolver.ts';
import { neverApplied } from './state.ts';

/** What decides whether a rule that leads to the right place gets there: Object Lock at both ends, and S3's own role. */
export const impedimentsAsk = [
  'bucket.location',
  'bucket.objectLock',
  'bucket.policy',
  'object.status',
  'principal.policies',
  'role.trust',
] as const;

type ImpedimentContext = Context<(typeof impedimentsAsk)[number], never>;

/** What certainly keeps a rule from copying; and what could not be read, which might. */
export interface Impediments {
  readonly shortfall: Shortfall | null;
  readonly gaps: readonly Gap[];
}

interface Judged {
  readonly replica: Replica;
  readonly rule: ReplicationRule;
  readonly configuration: ReplicationConfiguration;
  /** As in `Coverage`. */
  readonly reported: string;
}

/** Finds what S3 accepts in a configuration and stumbles over when it copies. */
export async function impediments(judged: Judged, context: ImpedimentContext): Promise<Impediments> {
  const found = await Promise.all([lockMismatch(judged, context), roleShortfall(judged, context)]);
  const [shortfall = null] = found.flatMap((fact) => (isKnown(fact) && fact.known ? [fact.known] : []));
  return { shortfall, gaps: gapsOf(found) };
}

/**
 * A bucket with Object Lock replicates only into one that has it, too: `DstBucketObjectLockConfigMissing`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html).
 */
async function lockMismatch({ replica, rule }: Judged, { ask }: ImpedimentContext): Promise<Fact<Shortfall | null>> {
  const source = await ask('bucket.objectLock', replica.state.bucket);
  if (!isKnown(source)) return source;
  if (source.known.kind === 'off') return known(null);
  const destination = await ask('bucket.objectLock', replica.bucket);
  if (!isKnown(destination)) return destination;
  if (destination.known.kind === 'on') return known(null);
  const detail = `${replica.state.bucket.name} has Object Lock and its destination ${replica.bucket.name} has not, so that every copy fails`;
  return known({ rule: rule.id, why: 'object-lock', detail });
}

async function roleShortfall(judged: Judged, context: ImpedimentContext): Promise<Fact<Shortfall | null>> {
  const { replica, rule, configuration } = judged;
  const { state } = replica;
  const location = await context.ask('bucket.location', state.bucket);
  if (!isKnown(location)) return location;
  // Other stores copy without a role of IAM.
  if (configuration.role === null || (location.known.kind === 'found' && location.known.store === 'other'))
    return known(null);
  const shortfall = (detail: string) => known({ rule: rule.id, why: 'replication-role', detail } as const);
  const arn = configuration.role;
  const role: Role = { kind: 'role', stack: state.stack, arn, phase: 'both', use: 'deploy' };
  const trust = await context.ask('role.trust', role);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return shortfall(`its role ${arn} does not exist`);
  const principal: Principal = { kind: 'principal', arn };
  const policies = await context.ask('principal.policies', principal);
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  const questions = await questionsAbout(judged, context);
  const answers = questions.map((question) =>
    judgeReplicationRole({
      roleArn: arn,
      trustPolicy: trust.known.kind === 'exists' ? trust.known.trustPolicy : null,
      identityPolicies: read?.identity ?? null,
      boundary: read?.boundary ?? null,
      ...question,
    }),
  );
  const settled = await Promise.all(answers.map((answer) => settle(answer, judged, context)));
  const [hindered] = settled.flatMap((answer) => (answer.verdict === 'works' ? [] : [answer]));
  if (!hindered) return known(null);
  if (settled.every(({ verdict }) => verdict === 'broken')) return shortfall(hindered.because);
  if (!isKnown(policies)) return policies;
  // How the state is encrypted would have decided.
  const status = await context.ask('object.status', state.object);
  if (!isKnown(status)) return status;
  if (status.known.kind === 'never-written') return context.gap(neverApplied(state.bucket.name, state.object.key));
  const detail = `whether the role of the replication rule can copy: ${hindered.because}`;
  return context.gap({ cause: 'undecided', detail, resource: arn });
}

/** A permission that the role itself lacks is certainly missing where no other policy could give it, or where S3 says that it failed. */
async function settle(
  answer: RoleJudgement,
  { replica, reported }: Judged,
  { ask }: ImpedimentContext,
): Promise<Exclude<RoleJudgement, { verdict: 'lacking' }>> {
  if (answer.verdict !== 'lacking') return answer;
  const { because, grantor } = answer;
  if (reported === 'FAILED') return { verdict: 'broken', because };
  const ends = [replica.state.bucket, replica.bucket];
  const bucket = grantor.kind === 'bucket' ? ends.find(({ name }) => name === grantor.bucket) : undefined;
  const policy = bucket ? await ask('bucket.policy', bucket) : null;
  if (policy && isKnown(policy) && policy.known.kind === 'none') return { verdict: 'broken', because };
  return { verdict: 'undecided', because: `${because}, unless the policy of the ${grantor.kind} allows it` };
}

type Question = Pick<ReplicationRoleQuestion, 'source' | 'destination' | 'kms'>;

/** The two ends of the copy, once for every way in which the state may be encrypted. */
async function questionsAbout({ replica, rule }: Judged, { ask }: ImpedimentContext): Promise<readonly Question[]> {
  const end = async ({ bucket, object }: Pick<State, 'bucket' | 'object'>) => {
    const location = await ask('bucket.location', bucket);
    const region = isKnown(location) && location.known.kind === 'found' ? location.known.region : null;
    return { bucket: bucket.name, key: object.key, region, account: bucket.account };
  };
  const [source, destination, status] = await Promise.all([
    end(replica.state),
    end(replica),
    ask('object.status', replica.state.object),
  ]);
  const present = isKnown(status) && status.known.kind === 'present' ? status.known : null;
  return encryptions(rule, present).map((kms) => ({ source, destination, kms }));
}

type Present = Extract<ObjectStatus, { readonly kind: 'present' }>;

function encryptions({ replicaKey, selectsKms }: ReplicationRule, present: Present | null): readonly Question['kms'][] {
  if (replicaKey === null || !selectsKms) return [null];
  if (!present) return [null, ...[false, true].map((bucketKey) => ({ sourceKey: null, bucketKey, replicaKey }))];
  const isKms = present.encryption?.startsWith('aws:kms') ?? false;
  return [isKms ? { sourceKey: present.keyId, bucketKey: present.bucketKey, replicaKey } : null];
}
