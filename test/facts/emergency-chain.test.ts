import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { BreakGlass } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, closed, makeAudited, named, open, roleArn } from './emergency.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const root = `arn:aws:iam::${OWN}:root`;
const mayAssume = { inline: { assume: allow('sts:AssumeRole') } };
const make = (name: string, trusts: string, policies: object = {}) => makeRole(iam(), name, { trusts, ...policies });
const [hub, bridge] = [roleArn('hub'), roleArn('bridge')];

beforeEach(async () => {
  await makeUser(iam(), 'alice');
});

describe('a way in through other roles', () => {
  it('leads through one that the trust policy names, and lasts for an hour at most', async () => {
    await make('deploy', trust({ AWS: hub }));
    await make('hub', trust({ AWS: alice }));
    expect(await accessOf(audit)).toEqual(open({ via: [hub], maxSessionSeconds: 3600 }));
  });

  it('leads through two', async () => {
    await make('deploy', trust({ AWS: bridge }));
    await make('bridge', trust({ AWS: hub }));
    await make('hub', trust({ AWS: alice }));
    expect(await accessOf(audit)).toEqual(open({ via: [hub, bridge] }));
  });

  it('is not looked for through three', async () => {
    await make('deploy', trust({ AWS: roleArn('third') }));
    await make('third', trust({ AWS: bridge }));
    await make('bridge', trust({ AWS: hub }));
    await make('hub', trust({ AWS: alice }));
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('leads through one that a condition names', async () => {
    const trusts = trust({ AWS: root }, { ArnEquals: { 'aws:PrincipalArn': hub } });
    await make('deploy', trusts);
    await make('hub', trust({ AWS: alice }), mayAssume);
    expect(await accessOf(audit)).toEqual(open({ via: [hub] }));
  });

  it('leads through the break-glass role, where the trust policy names the account', async () => {
    await make('deploy', trust({ AWS: root }));
    await make('break-glass', trust({ AWS: alice }), mayAssume);
    const breakGlass: readonly BreakGlass[] = [{ kind: 'role', arn: roleArn('break-glass') }];
    expect(await accessOf(audit, { stack: { breakGlass } })).toEqual(open({ via: [roleArn('break-glass')] }));
  });

  it('leads through the path of a role whose session is named', async () => {
    const session = `arn:aws:sts::${OWN}:assumed-role/hub/dr`;
    await make('deploy', trust({ AWS: session }));
    await make('hub', trust({ AWS: alice }), { path: '/people/' });
    const via = [`arn:aws:iam::${OWN}:role/people/hub`];
    const requires = [{ type: 'sessionName', equals: 'dr', hop: 1 }] as const;
    expect(await accessOf(audit)).toEqual(open({ via, requires }));
  });

  it('leads through a role of another account that is read', async () => {
    await makeAudited(audit);
    await make('deploy', trust({ AWS: roleArn('hub', OTHER) }));
    await makeRole(audit.connect({ account: OTHER }).iam, 'hub', { trusts: trust({ AWS: alice }), ...mayAssume });
    const question = { accounts: [OTHER] };
    // Alice has no policy that allows the call into another account.
    expect(await accessOf(audit, question)).toEqual(closed());
    const arn = await makeUser(iam(), 'bob', mayAssume);
    await makeRole(audit.connect({ account: OTHER }).iam, 'hub2', { trusts: trust({ AWS: arn }), ...mayAssume });
    await make('logs', trust({ AWS: roleArn('hub2', OTHER) }));
    const stack = { namedRoles: known([named(roleArn('logs'))]) };
    expect(await accessOf(audit, { ...question, people: [{ arn }], stack })).toEqual(
      open({ role: roleArn('logs'), principal: arn, via: [roleArn('hub2', OTHER)] }),
    );
  });
});

describe('no way in through other roles', () => {
  it.each([
    ['nobody gets into that one', trust({ AWS: roleArn('pipeline') }), trust({ AWS: hub })],
    [
      'a step takes MFA, which no session of a role has',
      trust({ AWS: alice }),
      trust({ AWS: hub }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ],
    ['a service alone becomes that one', trust({ Service: 'ec2.amazonaws.com' }), trust({ AWS: hub })],
  ])('when %s', async (_, intoHub, intoDeploy) => {
    await make('deploy', intoDeploy);
    await make('hub', intoHub);
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('when the step is allowed by nothing of its own', async () => {
    await make('deploy', trust({ AWS: root }, { ArnEquals: { 'aws:PrincipalArn': hub } }));
    await make('hub', trust({ AWS: alice }));
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('when the role is of an account that is not read, or does not exist', async () => {
    await make('deploy', trust({ AWS: [roleArn('hub', OTHER), hub] }));
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('in a circle', async () => {
    await make('deploy', trust({ AWS: hub }));
    await make('hub', trust({ AWS: bridge }));
    await make('bridge', trust({ AWS: hub }));
    expect(await accessOf(audit)).toEqual(closed());
  });
});

describe('a way in through other roles that cannot be told', () => {
  beforeEach(async () => {
    await make('deploy', trust({ AWS: hub }));
    await make('hub', trust({ AWS: alice }));
    audit.standIn.deny('iam:GetRole', hub);
  });

  it('is the gap', async () => {
    expect(await accessOf(audit)).toMatchObject({ gaps: [{ fact: 'role.trust', cause: 'access-denied' }] });
  });

  it('does not matter when somebody gets in by another', async () => {
    await make('deploy2', trust({ AWS: [hub, bridge] }));
    await make('bridge', trust({ AWS: alice }));
    const stack = { namedRoles: known([named(roleArn('deploy2'))]) };
    expect(await accessOf(audit, { stack })).toEqual(open({ role: roleArn('deploy2'), via: [bridge] }));
  });
});

it('roles that the trust policy denies are not looked at', async () => {
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: roleArn('pipeline') }, Action: 'sts:AssumeRole' },
    { Effect: 'Deny', Principal: { AWS: hub }, Action: 'sts:AssumeRole' },
  ];
  await make('deploy', JSON.stringify({ Version: '2012-10-17', Statement }));
  await make('hub', trust({ AWS: alice }));
  audit.standIn.clearRequests();
  expect(await accessOf(audit)).toEqual(closed());
  // The role itself, and the pipeline.
  expect(audit.counts()).toMatchObject({ 'iam:GetRole': 2 });
});

it('the one who gets in by one call is not sent through others', async () => {
  await make('deploy', trust({ AWS: [hub, alice] }));
  await make('hub', trust({ AWS: alice }));
  audit.standIn.clearRequests();
  expect(await accessOf(audit)).toEqual(open());
  expect(audit.counts()).toMatchObject({ 'iam:GetRole': 1 });
});

it('at most twenty roles are looked at', async () => {
  const many = Array.from({ length: 24 }, (_, index) => roleArn(`hub${index}`));
  for (const [index] of many.entries()) await make(`hub${index}`, trust({ AWS: roleArn('pipeline') }));
  await make('deploy', trust({ AWS: many }));
  audit.standIn.clearRequests();
  expect(await accessOf(audit)).toEqual(closed());
  expect(audit.counts()).toMatchObject({ 'iam:GetRole': 21 });
});
