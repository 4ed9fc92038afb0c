import { describe, expect, it } from '@jest/globals';
import { remarks } from '../../src/evaluate/remarks.ts';
import type { Answered, Answers } from '../../src/facts/answers.ts';
import type { FactName } from '../../src/model/catalogue.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { GapCause } from '../../src/model/gap.ts';
import type { LifecycleRule } from '../../src/model/storage.ts';
import type { Copy, Stack, Subject } from '../../src/model/subject.ts';
import { subjectId } from '../../src/model/subject-key.ts';
import { gapOf, sample } from './samples.ts';

const given = sample();
const own: Copy = {
  kind: 'copy',
  replica: null,
  state: given.state,
  bucket: given.state.bucket,
  object: given.state.object,
};
const there: Copy = { ...own, replica: given.replica, bucket: given.replica.bucket, object: given.replica.object };
const [HERE, THERE] = [own.bucket.name, there.bucket.name];

/** Facts by name, or by name and id of the subject; what is in neither was asked by nobody. */
type Learnt = Readonly<Record<string, Fact<unknown>>>;

function answersOf(learnt: Learnt, places: readonly Copy[] = [own, there]): Answers {
  const base: Learnt = {
    'stack.states': known([given.state]),
    'state.copies': known({ places, unseen: [] }),
    'copy.shutouts': known([]),
  };
  const find = (fact: FactName, subject: Subject): Answered<unknown> | null => {
    const found = learnt[`${fact} ${subjectId(subject)}`] ?? learnt[fact] ?? base[fact];
    return found ? { fact: found, observed: new Map() } : null;
  };
  const asked = async (fact: FactName, subject: Subject) => find(fact, subject);
  const answer = async (fact: FactName, subject: Subject) => {
    const found = find(fact, subject);
    if (!found) throw new Error(`${fact} was asked, and only rules may ask it`);
    return found;
  };
  return { answer, asked } as unknown as Answers;
}

const said = async (learnt: Learnt, stacks: readonly Stack[] = [given.stack]) =>
  (await remarks(stacks, answersOf(learnt))).map(({ kind, message }) => `${kind}: ${message}`);

const rule = (changes: Partial<LifecycleRule> = {}): LifecycleRule => ({
  id: 'tidy',
  enabled: true,
  prefix: '',
  tags: [],
  largerThan: null,
  smallerThan: null,
  expires: null,
  transitions: [],
  noncurrentExpires: { days: 90, keep: 0 },
  noncurrentTransitions: [],
  ...changes,
});
const lifecycle = (...rules: readonly LifecycleRule[]) => known({ rules, archivesSmall: null });
const mfa = (status: string) => ({ 'bucket.mfaDelete': known(status) });

describe('MFA delete and lifecycle rules', () => {
  it('cannot go together: said once, however many stacks there are, with the rules and the lock files', async () => {
    const [first, ...others] = await said({ ...mfa('never-set'), 'bucket.lifecycle': lifecycle(rule()) }, [
      given.stack,
      given.stack,
    ]);
    expect(others).toEqual([]);
    expect(first).toContain(
      `contradiction: bucket ${HERE} cannot have MFA delete together with its lifecycle rules (tidy)`,
    );
    expect(first).toContain('use_lockfile');
  });

  it('that are both there are not supported', async () => {
    const found = await said({ ...mfa('Enabled'), 'bucket.lifecycle': lifecycle(rule()) });
    expect(found).toEqual([expect.stringContaining('S3 does not support the two together')]);
  });

  it.each<[string, Learnt]>([
    ['rules that are disabled', { ...mfa('never-set'), 'bucket.lifecycle': lifecycle(rule({ enabled: false })) }],
    ['no rules', { ...mfa('never-set'), 'bucket.lifecycle': lifecycle() }],
    [
      'rules that nobody read',
      { ...mfa('never-set'), 'bucket.lifecycle': unknown(gapOf('bucket.lifecycle', 'access-denied')) },
    ],
    ['rules that nobody asked for', mfa('never-set')],
    ['an MFA delete that nobody asked for', { 'bucket.lifecycle': lifecycle(rule()) }],
    [
      'an alternative that is accepted, and holds',
      {
        ...mfa('never-set'),
        'bucket.lifecycle': lifecycle(rule()),
        'bucket.versionGuard': known({ kind: 'guarded', by: { guard: 'object-lock', detail: 'x' } }),
      },
    ],
  ])('are no matter with %s', async (_, learnt) => {
    expect(await said(learnt)).toEqual([]);
  });
});

describe('Object Lock', () => {
  const lock = (here: Fact<unknown> | null, replica: Fact<unknown> | null): Learnt => ({
    ...(here ? { [`bucket.objectLock ${HERE}`]: here } : {}),
    ...(replica ? { [`bucket.objectLock ${THERE}`]: replica } : {}),
  });
  const on = known({ kind: 'on', retention: null });
  const off = known({ kind: 'off' });
  const unread = unknown(gapOf('bucket.objectLock', 'access-denied'));

  it('on one side only keeps S3 from copying', async () => {
    expect(await said(lock(on, off))).toEqual([
      `contradiction: bucket ${HERE} has Object Lock and its replica ${THERE} has not: S3 copies nothing between them`,
    ]);
  });

  it.each<[string, Learnt]>([
    ['on both sides', lock(on, on)],
    ['on neither', lock(off, off)],
    ['at the replica only', lock(off, on)],
    ['that was not read at the replica', lock(on, unread)],
    ['that was not read here', lock(unread, off)],
    ['that nobody asked for', lock(on, null)],
  ])('%s is no contradiction', async (_, learnt) => {
    expect(await said(learnt)).toEqual([]);
  });
});

describe('a key that AWS manages', () => {
  const glass = (account: string): Stack => ({
    ...given.stack,
    breakGlass: [{ kind: 'role', arn: `arn:aws:iam::${account}:role/break-glass` }],
  });
  const keys = (manager: string, account = '111111111111') =>
    known({
      kind: 'kms',
      bucketRegion: 'eu-west-1',
      uses: [
        {
          use: 'object',
          key: 'arn:k',
          region: 'eu-west-1',
          account,
          description: {
            kind: 'found',
            arn: 'arn:k',
            state: 'Enabled',
            manager,
            deletionDate: null,
            multiRegion: false,
          },
        },
      ],
    });
  const of = (stack: Stack, found: Fact<unknown>) => {
    const copy: Copy = { ...own, state: { ...own.state, stack } };
    const answers = answersOf({ 'copy.keys': found, 'stack.states': known([copy.state]) }, [copy]);
    return remarks([stack], answers);
  };

  it('and a break-glass role of another account never go together', async () => {
    const [found, ...others] = await of(glass('222222222222'), keys('AWS'));
    expect(others).toEqual([]);
    expect(found?.message).toContain(
      'the break-glass role arn:aws:iam::222222222222:role/break-glass of another account',
    );
  });

  it.each<[string, Stack, Fact<unknown>]>([
    ['a role of its own account', glass('111111111111'), keys('AWS')],
    ['a key that the team manages', glass('222222222222'), keys('CUSTOMER')],
    ['no break-glass role', given.stack, keys('AWS')],
    ['a state without KMS', glass('222222222222'), known({ kind: 'not-kms', encryption: 'AES256' })],
    ['keys that nobody could read', glass('222222222222'), unknown(gapOf('copy.keys', 'access-denied'))],
  ])('is no contradiction with %s', async (_, stack, found) => {
    expect(await of(stack, found)).toEqual([]);
  });
});

describe('a bucket policy', () => {
  it('that would shut the team out is named, with its statement, at each place', async () => {
    const shutout = (bucket: string) => known([{ statement: 'Vpce', detail: `statement Vpce denies in ${bucket}` }]);
    const learnt = {
      [`copy.shutouts s3://${HERE}/${own.object.key}`]: shutout('one'),
      [`copy.shutouts s3://${THERE}/${own.object.key}`]: shutout('two'),
    };
    expect(await said(learnt)).toEqual([
      `bucket-policy: the policy of bucket ${HERE} would shut the team out: statement Vpce denies in one`,
      `bucket-policy: the policy of bucket ${THERE} would shut the team out: statement Vpce denies in two`,
    ]);
  });

  it.each<[GapCause, string]>([
    ['access-denied', 's3:GetBucketVersioning'],
    ['undecided', 'as the test has it'],
    ['throttled', 'as the test has it'],
  ])(
    'that could not be read (%s) is said, with the permission only where that is what is missing',
    async (cause, end) => {
      const found = await said({
        [`copy.shutouts s3://${HERE}/${own.object.key}`]: unknown(gapOf('bucket.policy', cause)),
      });
      expect(found).toEqual([
        `bucket-policy: whether the policy of bucket ${HERE} would shut the team out is not known: ${end}`,
      ]);
    },
  );

  describe('where a rule asked who gets at the state', () => {
    const shut: Learnt = { 'copy.shutouts': known([{ statement: 'Vpce', detail: 'statement Vpce denies' }]) };
    const stop = { identity: 'a', action: 's3:GetObject', resource: 'b', because: 'c' };
    it.each<[string, Fact<unknown>, boolean]>([
      ['somebody does', known({ kind: 'reached', by: 'a', because: 'b' }), false],
      ['nobody does', known({ kind: 'stopped', stops: [stop] }), false],
      ['the policies do not decide it', unknown(gapOf('copy.reach', 'undecided')), false],
      ['the bucket policy could not be read', unknown(gapOf('bucket.policy', 'access-denied')), false],
      ['nobody gets in', known({ kind: 'nobody' }), true],
      ['it is not known who gets in', unknown(gapOf('role.trust', 'access-denied')), true],
    ])('and %s', async (_, reach, remarked) => {
      const found = await said({ ...shut, 'copy.reach': reach });
      expect(found.length > 0).toBe(remarked);
    });
  });

  it.each<[string, FactName, GapCause]>([
    ['nobody was asked', 'bucket.policy', 'not-asked'],
    ['there are no credentials', 'bucket.policy', 'no-credentials'],
    ['the bucket itself could not be located', 'bucket.location', 'access-denied'],
  ])('is not spoken of where %s: the verdicts say it', async (_, fact, cause) => {
    expect(await said({ 'copy.shutouts': unknown(gapOf(fact, cause)) })).toEqual([]);
  });
});

it('nothing is said of a stack whose state cannot be looked into, or whose copies are not known', async () => {
  expect(await said({ 'stack.states': unknown(gapOf('stack.states', 'backend-unsupported')) })).toEqual([]);
  expect(await said({ 'state.copies': unknown(gapOf('state.copies', 'access-denied')) })).toEqual([]);
});
