import type { Answered, Answers } from '../facts/answers.ts';
import type { StateReach } from '../model/assumability.ts';
import type { FactName, KindOf, ValueOf } from '../model/catalogue.ts';
import { isKnown } from '../model/fact.ts';
import type { Gap, GapCause } from '../model/gap.ts';
import type { Problem } from '../model/location.ts';
import type { Bucket, Copy, Stack, State, Subjects } from '../model/subject.ts';
import { trustRemarks } from './remarks-trust.ts';

/** What remarks ask beyond what the rules have asked: the auditor needs the permissions for it. */
export const remarkFacts: readonly FactName[] = ['stack.states', 'state.copies', 'copy.shutouts'];

/**
 * What no verdict about one stack says: demands that cannot be met together, bucket policies that would shut the team out, and
 * trust policies that wear out. Each is said once, however many stacks it touches.
 */
export async function remarks(stacks: readonly Stack[], answers: Answers): Promise<readonly Problem[]> {
  const found = await Promise.all(stacks.flatMap((stack) => [remarksOn(stack, answers), trustRemarks(stack, answers)]));
  return [...new Map(found.flat().map((problem) => [problem.message, problem])).values()];
}

async function remarksOn(stack: Stack, answers: Answers): Promise<readonly Problem[]> {
  const { fact: states } = await answers.answer('stack.states', stack);
  if (!isKnown(states)) return [];
  const found = states.known.map(async (state) => {
    const { fact: copies } = await answers.answer('state.copies', state);
    const places = isKnown(copies) ? copies.known.places : [];
    return Promise.all([
      guardContradictions(state, answers),
      lockContradictions(state, places, answers),
      ...places.flatMap((copy) => [keyContradictions(copy, answers), shutouts(copy, answers)]),
    ]);
  });
  return (await Promise.all(found)).flat(2);
}

/** The value that some rule has learnt; null where none asked, or nobody could tell. */
async function learnt<F extends FactName>(
  { asked }: Answers,
  fact: F,
  subject: Subjects[KindOf<F>],
): Promise<ValueOf<F> | null> {
  const answered: Answered<ValueOf<F>> | null = await asked(fact, subject);
  return answered && isKnown(answered.fact) ? answered.fact.known : null;
}

const contradiction = (message: string): Problem => ({ kind: 'contradiction', message });

const useLockfile = ({ writes: { lockfile } }: State): boolean => 'known' in lockfile && lockfile.known;

/**
 * "You cannot use MFA delete with lifecycle configurations", and only those remove the versions that lock files leave
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html).
 */
async function guardContradictions(state: State, answers: Answers): Promise<readonly Problem[]> {
  const { name } = state.bucket;
  const mfaDelete = await learnt(answers, 'bucket.mfaDelete', state.bucket);
  const lifecycle = await learnt(answers, 'bucket.lifecycle', state.bucket);
  const guard = await learnt(answers, 'bucket.versionGuard', state.bucket);
  // Where something is accepted in its place, and holds, nobody asks for MFA delete.
  if (mfaDelete === null || lifecycle === null || (mfaDelete !== 'Enabled' && guard?.kind === 'guarded')) return [];
  const rules = lifecycle.rules.filter(({ enabled }) => enabled).map(({ id }) => id);
  if (rules.length === 0) return [];
  const named = `its lifecycle rules (${rules.join(', ')})`;
  if (mfaDelete === 'Enabled')
    return [contradiction(`bucket ${name} has MFA delete beside ${named}: S3 does not support the two together`)];
  const locks = useLockfile(state) ? ', which the versions of lock files (use_lockfile) need' : '';
  return [
    contradiction(
      `bucket ${name} cannot have MFA delete together with ${named}${locks}: take object-lock or deny-version-deletion in its place (rules.mfa-delete.accept)`,
    ),
  ];
}

/** Object Lock at the source makes S3 refuse every copy to a bucket without it. */
async function lockContradictions(
  { bucket }: State,
  places: readonly Copy[],
  answers: Answers,
): Promise<readonly Problem[]> {
  const own = await learnt(answers, 'bucket.objectLock', bucket);
  if (own?.kind !== 'on') return [];
  const others = await Promise.all(
    places.flatMap(({ replica }) => (replica ? [withoutLock(replica.bucket, answers)] : [])),
  );
  return others
    .flat()
    .map((name) =>
      contradiction(
        `bucket ${bucket.name} has Object Lock and its replica ${name} has not: S3 copies nothing between them`,
      ),
    );
}

async function withoutLock(bucket: Bucket, answers: Answers): Promise<readonly string[]> {
  const lock = await learnt(answers, 'bucket.objectLock', bucket);
  return lock?.kind === 'off' ? [bucket.name] : [];
}

const accountIn = (arn: string): string => arn.split(':')[4] ?? '';

/** Nobody outside the account can ever use its `aws/s3` key (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html). */
async function keyContradictions(copy: Copy, answers: Answers): Promise<readonly Problem[]> {
  const keys = await learnt(answers, 'copy.keys', copy);
  if (keys?.kind !== 'kms') return [];
  const roles = copy.state.stack.breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry.arn] : []));
  return keys.uses.flatMap(({ key, account, description }) => {
    if (description.kind !== 'found' || description.manager !== 'AWS') return [];
    const strangers = roles.filter((arn) => account !== null && accountIn(arn) !== account);
    return strangers.map((arn) =>
      contradiction(
        `${copy.bucket.name} is encrypted with the key ${key}, which AWS manages for account ${account}: the break-glass role ${arn} of another account can never use it`,
      ),
    );
  });
}

// Where nobody was asked, or nothing answers, the verdicts say so, too.
const worthSaying: readonly GapCause[] = [
  'access-denied',
  'throttled',
  'unexpected-answer',
  'not-aws-shaped',
  'undecided',
];

/** Where the verdict about those who get in rests on the bucket policy, or waits for it, it says so itself. */
async function isJudged(copy: Copy, { asked }: Answers): Promise<boolean> {
  const answered: Answered<StateReach> | null = await asked('copy.reach', copy);
  if (!answered) return false;
  const { fact } = answered;
  if (isKnown(fact)) return fact.known.kind === 'reached' || fact.known.kind === 'stopped';
  return fact.gaps.some(({ fact: of }) => of === 'copy.reach' || of === 'bucket.policy');
}

async function shutouts(copy: Copy, answers: Answers): Promise<readonly Problem[]> {
  if (await isJudged(copy, answers)) return [];
  const { fact } = await answers.answer('copy.shutouts', copy);
  const { name } = copy.bucket;
  if (isKnown(fact))
    return fact.known.map(({ detail }) => ({
      kind: 'bucket-policy',
      message: `the policy of bucket ${name} would shut the team out: ${detail}`,
    }));
  return fact.gaps
    .filter(({ cause, fact: of }) => ['bucket.policy', 'copy.shutouts'].includes(of) && worthSaying.includes(cause))
    .map((gap) => ({ kind: 'bucket-policy', message: notRead(name, gap) }));
}

const notRead = (bucket: string, { cause, permission, detail }: Gap): string =>
  `whether the policy of bucket ${bucket} would shut the team out is not known: ${cause === 'access-denied' && permission ? permission : detail}`;
