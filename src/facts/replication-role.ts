import { type Fact, isKnown, known } from '../model/fact.ts';
import type { ObjectStatus } from '../model/object.ts';
import type { ReplicationRule, Shortfall } from '../model/replication.ts';
import type { Principal, Role, State } from '../model/subject.ts';
import { isRoleArn } from '../s3/replication-configuration.ts';
import { judgeReplicationRole, type ReplicationRoleQuestion, type RoleJudgement } from '../s3/replication-role.ts';
import { type Attempt, hasArrived } from './arrival.ts';
import type { Context } from './resolver.ts';
import { neverApplied } from './state.ts';

/** What tells whether S3 gets through with the role of a replication configuration. */
export const roleAsk = [
  'bucket.location',
  'bucket.policy',
  'object.history',
  'object.status',
  'principal.policies',
  'role.trust',
] as const;

type RoleContext = Context<(typeof roleAsk)[number], never>;

/** Why the role's trust and own policies certainly keep S3 from copying; null where they do not. */
export async function roleShortfall(attempt: Attempt, context: RoleContext): Promise<Fact<Shortfall | null>> {
  const { replica, rule, role: arn } = attempt;
  // Other stores copy without a role of IAM, whatever they call one.
  if (!isRoleArn(arn)) return known(null);
  const { state } = replica;
  const shortfall = (detail: string) => known({ rule: rule.id, why: 'replication-role', detail } as const);
  const role: Role = { kind: 'role', stack: state.stack, arn, phase: 'both', use: 'deploy' };
  const trust = await context.ask('role.trust', role);
  if (!isKnown(trust)) return trust;
  if (trust.known.kind === 'absent') return shortfall(`its role ${arn} does not exist`);
  const principal: Principal = { kind: 'principal', arn };
  const policies = await context.ask('principal.policies', principal);
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  const questions = await questionsAbout(attempt, context);
  const answers = questions.map((question) =>
    judgeReplicationRole({
      roleArn: arn,
      trustPolicy: trust.known.kind === 'exists' ? trust.known.trustPolicy : null,
      identityPolicies: read?.identity ?? null,
      boundary: read?.boundary ?? null,
      ...question,
    }),
  );
  const settled = await Promise.all(answers.map((answer) => settle(answer, attempt, context)));
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

/**
 * A permission that the role itself lacks is certainly missing where no other policy could give it. FAILED makes it the
 * probable reason where it can only be about this destination: S3 says of none which of them failed, and why.
 */
async function settle(
  answer: RoleJudgement,
  attempt: Attempt,
  context: RoleContext,
): Promise<Exclude<RoleJudgement, { verdict: 'lacking' }>> {
  if (answer.verdict !== 'lacking') return answer;
  const { grantor } = answer;
  const ends = [attempt.replica.state.bucket, attempt.replica.bucket];
  const bucket = grantor.kind === 'bucket' ? ends.find(({ name }) => name === grantor.bucket) : undefined;
  const policy = bucket ? await context.ask('bucket.policy', bucket) : null;
  if (policy && isKnown(policy) && policy.known.kind === 'none') return { verdict: 'broken', because: answer.because };
  const because = `${answer.because}, unless the policy of the ${grantor.kind} allows it`;
  const failed = attempt.isOnly && attempt.reported === 'FAILED' ? await hasArrived(attempt, context) : null;
  return failed && isKnown(failed) && !failed.known
    ? { verdict: 'broken', because: `S3 reports that the copy FAILED, and ${because}` }
    : { verdict: 'undecided', because };
}

type Question = Pick<ReplicationRoleQuestion, 'source' | 'destination' | 'kms'>;

/** The two ends of the copy, once for every way in which the state may be encrypted. */
async function questionsAbout({ replica, rule }: Attempt, { ask }: RoleContext): Promise<readonly Question[]> {
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
