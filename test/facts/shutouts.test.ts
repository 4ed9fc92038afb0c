import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { Copy, NamedRole, Stack } from '../../src/model/subject.ts';
import { HOME, OWN, useAudit } from '../waist/audit.ts';
import { bucketAt, factOf, KEY, plainWrites, stackOf, stateAt } from './subjects.ts';

const audit = useAudit();
const Bucket = 'state';

beforeEach(() => {
  audit.standIn.createBucket({ name: Bucket, region: HOME, account: OWN, versioning: 'Enabled' });
});

/** The state's own place; `writes` as the backend has them. */
function copyOf(changes: Partial<Stack>, writes = plainWrites): Copy {
  const state = { ...stateAt(bucketAt(audit), KEY, stackOf(changes)), writes };
  return { kind: 'copy', replica: null, state, bucket: state.bucket, object: state.object };
}

const shutouts = (changes: Partial<Stack>, writes = plainWrites) =>
  factOf(audit, 'copy.shutouts', copyOf(changes, writes));

const roleArn = (name: string) => `arn:aws:iam::${OWN}:role/${name}`;
const named = (name: string, use: NamedRole['use']): Partial<Stack> => ({
  namedRoles: known([{ arn: roleArn(name), phase: 'both', use, declaredBy: 'config', source: 'config roles' }]),
});
const glass: Partial<Stack> = { breakGlass: [{ kind: 'role', arn: roleArn('glass') }] };
const people: Partial<Stack> = { emergencyPrincipals: [{ arn: roleArn('oncall') }] };

/** Denies everything to everybody but these. */
const onlyFor = (...names: readonly string[]) => ({
  Action: 's3:*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': names.map(roleArn) } },
});

const putPolicy = (statement: object) =>
  audit.connect().s3.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Net',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: ['arn:aws:s3:::state', 'arn:aws:s3:::state/*'],
            ...statement,
          },
        ],
      }),
    }),
  );

const denied = (who: string) => [{ statement: 'Net', detail: `statement Net denies s3:GetObject to ${who}` }];

describe('copy.shutouts', () => {
  it('is none without a policy', async () => {
    expect(await shutouts(glass)).toEqual({ known: [] });
  });

  it.each<[string, Partial<Stack>, string]>([
    ['the backend’s own role', named('state', 'state'), 'role state'],
    ['the backend’s own role alone', { ...named('state', 'state'), ...glass, ...people }, 'role state'],
    ['the break-glass role', glass, 'role glass'],
    ['the people on call', people, 'role oncall'],
    ['both of these', { ...glass, ...people }, 'role glass, role oncall'],
    ['both, whoever deploys', { ...named('deploy', 'deploy'), ...glass, ...people }, 'role glass, role oncall'],
  ])('looks at %s', async (_, changes, who) => {
    await putPolicy({});
    expect(await shutouts(changes)).toEqual({ known: denied(who) });
  });

  it.each<[string, Partial<Stack>]>([
    ['anybody', {}],
    ['anybody but a deployment role', named('deploy', 'deploy')],
    ['more than a plan', { breakGlass: [{ kind: 'planned', plan: 'docs/plan.md', accepted: true }] }],
  ])('does not read the policy where nobody names %s', async (_, changes) => {
    await putPolicy({});
    audit.standIn.clearRequests();
    audit.standIn.deny('s3:GetBucketPolicy');
    expect(await shutouts(changes)).toEqual({ known: [] });
    expect(audit.counts()).toEqual({});
  });

  it('says only those whom it does not spare', async () => {
    await putPolicy(onlyFor('state', 'deploy'));
    expect(await shutouts({ ...named('state', 'state'), ...glass })).toEqual({ known: [] });
    expect(await shutouts({ ...named('deploy', 'deploy'), ...glass })).toMatchObject({
      known: [{ statement: 'Net', detail: expect.stringMatching(/^statement Net denies .* to role glass, as to /) }],
    });
  });

  it.each([
    ['net/*', denied('role glass')],
    [KEY, denied('role glass')],
    ['other/*', []],
    [`${KEY}.tflock`, []],
  ])('of a statement about %s is judged for the key of the state', async (path, expected) => {
    await putPolicy({ Resource: `arn:aws:s3:::state/${path}` });
    expect(await shutouts(glass)).toEqual({ known: expected });
  });

  it('is about the lock file where the backend may write one', async () => {
    await putPolicy({ Action: 's3:DeleteObject' });
    const detail = 'statement Net denies s3:DeleteObject on the lock file to role glass';
    expect(await shutouts(glass)).toEqual({ known: [] });
    for (const lockfile of [{ known: true }, { open: 'var.lock is not known' }] as const)
      expect(await shutouts(glass, { ...plainWrites, lockfile })).toEqual({ known: [{ statement: 'Net', detail }] });
  });

  it('is not known where the policy is denied', async () => {
    audit.standIn.deny('s3:GetBucketPolicy');
    expect(await shutouts(glass)).toMatchObject({ gaps: [{ fact: 'bucket.policy', cause: 'access-denied' }] });
  });

  it('is not known where the policy is not one that AWS would store', async () => {
    await putPolicy({ Effect: 'deny' });
    expect(await shutouts(glass)).toMatchObject({
      gaps: [{ fact: 'copy.shutouts', cause: 'undecided', resource: 'arn:aws:s3:::state' }],
    });
  });
});
