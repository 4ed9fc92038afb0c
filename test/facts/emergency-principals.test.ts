import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, closed, named, open, roleArn } from './emergency.ts';
import { makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const root = `arn:aws:iam::${OWN}:root`;
const through = (...arns: readonly string[]) => accessOf(audit, { people: arns.map((arn) => ({ arn })) });
const lasting = (MaxSessionDuration: number, AWS: string) =>
  iam().send(
    new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trust({ AWS }), MaxSessionDuration }),
  );

it('a user stays as long as the role lets it', async () => {
  await makeUser(iam(), 'alice');
  await lasting(43_200, alice);
  expect(await through(alice)).toEqual(open({ maxSessionSeconds: 43_200 }));
});

describe('a principal that is a role', () => {
  it('has one hour, however long the role lets others stay', async () => {
    const oncall = await makeRole(iam(), 'oncall', { trusts: trust({ AWS: root }) });
    await lasting(43_200, oncall);
    expect(await through(oncall)).toEqual(open({ principal: oncall, maxSessionSeconds: 3600 }));
  });

  it.each([
    ['a worker, which a service alone becomes', { Service: 'ec2.amazonaws.com' }],
    ['another CI', { Federated: `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com` }],
    ['the orchestrator’s', { AWS: '324880187172' }],
    ['nobody’s any more', { AWS: 'AROAEXAMPLEEXAMPLE123' }],
  ])('is no way in when it is %s', async (_, becomes) => {
    const arn = await makeRole(iam(), 'worker', { trusts: trust(becomes) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: arn }) });
    const because = expect.stringContaining('can become that principal') as unknown as string;
    expect(await through(arn)).toEqual(closed({ principal: arn, because }));
  });

  it('is judged as the role when a session of it is named', async () => {
    const oncall = await makeRole(iam(), 'oncall', { trusts: trust({ AWS: root }), path: '/people/' });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: oncall }) });
    const session = `arn:aws:sts::${OWN}:assumed-role/oncall/alice`;
    expect(await through(session)).toEqual(open({ principal: session }));
    const worker = await makeRole(iam(), 'worker', { trusts: trust({ Service: 'ec2.amazonaws.com' }) });
    const stack = { namedRoles: known([named(roleArn('deploy2'))]) };
    await makeRole(iam(), 'deploy2', { trusts: trust({ AWS: worker }) });
    const people = [{ arn: `arn:aws:sts::${OWN}:assumed-role/worker/i-0123` }];
    expect(await accessOf(audit, { people, stack })).toMatchObject({ known: { kind: 'closed' } });
  });

  it('that cannot be read matters only where it is let in', async () => {
    const stranger = roleArn('oncall', OTHER);
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }) });
    expect(await through(stranger)).toEqual(closed({ principal: stranger }));
    await makeRole(iam(), 'shared', { trusts: trust({ AWS: stranger }) });
    const stack = { namedRoles: known([named(roleArn('shared'))]) };
    expect(await accessOf(audit, { people: [{ arn: stranger }], stack })).toMatchObject({
      gaps: [{ cause: 'account-not-read', resource: OTHER }],
    });
  });
});

describe('a permission set', () => {
  const path = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
  const setOf = (account: string, suffix: string) =>
    `arn:aws:iam::${account}:role${path}AWSReservedSSO_Admin_${suffix}`;
  const saml = trust({ Federated: `arn:aws:iam::${OWN}:saml-provider/AWSSSO_0_DO_NOT_DELETE` });
  const pattern = setOf(OWN, '*');
  const make = (suffix: string) => makeRole(iam(), `AWSReservedSSO_Admin_${suffix}`, { trusts: saml, path });

  it('is the role that it has now', async () => {
    const arn = await make('0123456789abcdef');
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: arn }) });
    expect(await through(pattern)).toEqual(open({ principal: arn }));
  });

  it('that no account has is a reason like another, beside those who are refused', async () => {
    await makeUser(iam(), 'alice');
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('pipeline') }) });
    const because = expect.any(String);
    const refused = closed();
    const attempts = 'known' in refused && refused.known.kind === 'closed' ? refused.known.attempts : [];
    expect(await through(alice, pattern)).toEqual(
      known({ kind: 'closed', attempts: [...attempts, { ...attempts[0], principal: pattern, because }] }),
    );
    expect(await through(pattern)).toEqual(closed({ principal: pattern }));
  });

  it('of an account that is not read leaves open who gets in, unless somebody else does', async () => {
    await makeUser(iam(), 'alice');
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('pipeline') }) });
    expect(await through(alice, setOf(OTHER, '*'))).toMatchObject({ gaps: [{ cause: 'account-not-read' }] });
    await makeRole(iam(), 'shared', { trusts: trust({ AWS: alice }) });
    const stack = { namedRoles: known([named(roleArn('shared'))]) };
    const people = [{ arn: alice }, { arn: setOf(OTHER, '*') }];
    expect(await accessOf(audit, { people, stack })).toEqual(open({ role: roleArn('shared') }));
  });
});
