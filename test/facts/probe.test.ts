import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { BreakGlass } from '../../src/model/subject.ts';
import type { AwsCredentials } from '../aws/accounts.ts';
import { AT, OTHER, OWN, useAudit } from '../waist/audit.ts';
import { accessIn, accessOf, alice, closed, deploy, named, open, roleArn } from './emergency.ts';
import { allow, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const bob = `arn:aws:iam::${OWN}:user/bob`;
const oncall = roleArn('oncall');
const root = `arn:aws:iam::${OWN}:root`;
const live = { probe: true };
const asAlice = () => audit.standIn.account(OWN).userCredentials('alice');
const asOncall = (session?: string) => audit.standIn.account(OWN).roleCredentials('oncall', session);
const confirmed = { kind: 'confirmed', at: AT.toISOString() } as const;
const untried = (because: string) => ({ kind: 'not-probed', because }) as const;

/** A trust policy that lets Alice make those calls under a condition. */
const letting = (Action: readonly string[], Condition: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: alice }, Action, Condition }],
  });

const tryAs = (credentials: AwsCredentials = asAlice(), people: readonly string[] = [alice]) =>
  accessOf(audit, { people: people.map((arn) => ({ arn })), expected: live, credentials });

/** The bodies of the calls to assume a role, as parameters, with the region that they were signed for. */
const assumptions = () =>
  audit.standIn.requests
    .filter(({ operation }) => operation === 'sts:AssumeRole')
    .map(({ body, region }) => ({ region, ...Object.fromEntries(new URLSearchParams(body)) }));

beforeEach(async () => {
  await makeUser(iam(), 'alice', { inline: { assume: allow('sts:AssumeRole') } });
  await makeUser(iam(), 'bob');
});

describe('a way of whoever runs the audit', () => {
  beforeEach(async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: [alice, bob] }) });
  });

  it('is confirmed by one call, for the shortest session that may do nothing', async () => {
    const opened = audit.open({ credentials: async () => asAlice() });
    expect(await accessIn(opened, { expected: live })).toEqual(open({ probe: confirmed }));
    expect(await accessIn(opened, { expected: live, stack: { id: 'stacks/other' } })).toEqual(
      open({ probe: confirmed }),
    );
    expect(assumptions()).toEqual([
      {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        region: 'us-east-1',
        RoleArn: deploy,
        RoleSessionName: 'dr-audit-probe',
        DurationSeconds: '900',
        Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      },
    ]);
  });

  it('is not tried where nobody asks for it', async () => {
    expect(await accessOf(audit, { credentials: asAlice() })).toEqual(open());
    expect(audit.counts()).not.toHaveProperty('sts:AssumeRole');
  });

  it('goes before an easier one of somebody else', async () => {
    expect(await tryAs(asAlice(), [bob, alice])).toEqual(open({ probe: confirmed }));
    expect(assumptions()).toHaveLength(1);
  });

  it('is confirmed for each role that applying needs, and for a break-glass role', async () => {
    await makeRole(iam(), 'dns', { trusts: trust({ AWS: alice }) });
    const namedRoles = known([named(deploy), named(roleArn('dns'))]);
    const access = await accessOf(audit, { stack: { namedRoles }, expected: live, credentials: asAlice() });
    expect(access).toMatchObject({
      known: { ways: [{ probe: confirmed }, { role: roleArn('dns'), probe: confirmed }] },
    });
    const breakGlass: readonly BreakGlass[] = [{ kind: 'role', arn: deploy }];
    const stack = { namedRoles: known([]), breakGlass };
    expect(await accessOf(audit, { stack, expected: live, credentials: asAlice() })).toMatchObject({
      known: { through: 'break-glass', ways: [{ probe: confirmed }] },
    });
  });
});

describe('what the way takes is in the call', () => {
  it('passes an external id, a session name, a source identity and tags', async () => {
    const condition = {
      StringEquals: {
        'sts:ExternalId': 'dr-2026',
        'sts:RoleSessionName': 'fire',
        'sts:SourceIdentity': 'alice',
        'aws:RequestTag/team': 'net',
      },
    };
    const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    await makeRole(iam(), 'deploy', { trusts: letting(actions, condition) });
    expect(await tryAs()).toMatchObject({ known: { kind: 'open', ways: [{ probe: confirmed }] } });
    expect(assumptions()).toMatchObject([
      {
        ExternalId: 'dr-2026',
        RoleSessionName: 'fire',
        SourceIdentity: 'alice',
        'Tags.member.1.Key': 'team',
        'Tags.member.1.Value': 'net',
        DurationSeconds: '900',
      },
    ]);
  });

  it('goes to the region that the way asks for', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
        },
      ],
    });
    await makeRole(iam(), 'oncall', { trusts: trust({ AWS: alice }), inline: { assume: PolicyDocument } });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: root }) });
    expect(await tryAs(asOncall(), [oncall])).toMatchObject({ known: { ways: [{ probe: confirmed }] } });
    expect(assumptions()).toMatchObject([{ region: 'eu-central-1' }]);
  });
});

describe('a session of the role that is on call', () => {
  beforeEach(async () => {
    await makeRole(iam(), 'oncall', { trusts: trust({ AWS: alice }), path: '/people/' });
    await makeRole(iam(), 'other', { trusts: trust({ AWS: alice }) });
  });
  const pathed = `arn:aws:iam::${OWN}:role/people/oncall`;
  const session = (name: string) => `arn:aws:sts::${OWN}:assumed-role/oncall/${name}`;

  it('is that role, whatever its path and the name of the session', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: pathed }) });
    expect(await tryAs(asOncall('ann@acme.com'), [pathed])).toEqual(open({ principal: pathed, probe: confirmed }));
  });

  it('is not, when it is of another role', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: pathed }) });
    const other = audit.standIn.account(OWN).roleCredentials('other', 'oncall');
    const because = `the audit runs as arn:aws:sts::${OWN}:assumed-role/other/oncall`;
    expect(await tryAs(other, [pathed])).toEqual(open({ principal: pathed, probe: untried(because) }));
    expect(assumptions()).toEqual([]);
  });

  it('must have the name that the way takes', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: session('fire') }) });
    const requires = [{ type: 'callerSessionName', equals: 'fire' }] as const;
    const because = `it takes a session of their own that is named fire, and the audit runs as ${session('drill')}`;
    expect(await tryAs(asOncall('drill'), [pathed])).toEqual(
      open({ principal: pathed, requires, probe: untried(because) }),
    );
    expect(assumptions()).toEqual([]);
  });
});

describe('a way is not tried', () => {
  const condition = (operator: string, key: string, value: string) => ({ [operator]: { [key]: value } });

  it.each([
    [
      'that takes an MFA code',
      condition('Bool', 'aws:MultiFactorAuthPresent', 'true'),
      'it takes an MFA code, which an audit cannot give',
    ],
    [
      'that takes an address',
      condition('IpAddress', 'aws:SourceIp', '10.0.0.0/8'),
      'it takes a call from 10.0.0.0/8, and the audit does not know from where it calls',
    ],
    [
      'that takes an address for granted',
      condition('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'),
      'the policies name addresses, and the audit does not know from where it calls',
    ],
    [
      'that takes a VPC endpoint',
      condition('StringEquals', 'aws:SourceVpce', 'vpce-1a2b'),
      'it takes a call through the VPC endpoint vpce-1a2b, and the audit does not know from where it calls',
    ],
    [
      'that takes temporary credentials',
      condition('Null', 'aws:TokenIssueTime', 'false'),
      'it takes temporary credentials, which the audit does not know to have',
    ],
  ])('%s', async (_, needs, because) => {
    await makeRole(iam(), 'deploy', { trusts: letting(['sts:AssumeRole'], needs) });
    await makeUserDevice();
    expect(await tryAs()).toMatchObject({ known: { kind: 'open', ways: [{ probe: untried(because) }] } });
    expect(assumptions()).toEqual([]);
  });

  const makeUserDevice = async () => audit.standIn.account(OWN).addMfaDevice('alice', { kind: 'virtual' });

  it('through other roles', async () => {
    await makeRole(iam(), 'hub', { trusts: trust({ AWS: alice }) });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('hub') }) });
    const because = 'it leads through other roles, whose sessions an audit does not open';
    expect(await tryAs()).toEqual(open({ via: [roleArn('hub')], probe: untried(because) }));
    expect(assumptions()).toEqual([]);
  });

  it.each([
    ['another user', () => audit.standIn.account(OWN).credentials, `arn:aws:iam::${OWN}:user/operator`],
    [
      'a session that is named like the user',
      () => audit.standIn.account(OWN).roleCredentials('alice', 'alice'),
      `arn:aws:sts::${OWN}:assumed-role/alice/alice`,
    ],
  ])('by %s', async (_, credentials, arn) => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }) });
    expect(await tryAs(credentials())).toEqual(open({ probe: untried(`the audit runs as ${arn}`) }));
    expect(assumptions()).toEqual([]);
  });

  it('by a role of the same name in another account', async () => {
    const theirs = roleArn('oncall', OTHER);
    await makeRole(iam(), 'audit', { trusts: trust({ AWS: '*' }) });
    const { iam: there } = audit.connect({ account: OTHER });
    await makeRole(there, 'audit', { trusts: trust({ AWS: '*' }) });
    await makeRole(there, 'oncall', {
      trusts: trust({ AWS: `arn:aws:iam::${OTHER}:user/carol` }),
      inline: { a: allow('sts:AssumeRole') },
    });
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: theirs }) });
    const access = await accessOf(audit, {
      people: [{ arn: theirs }],
      accounts: [OTHER],
      expected: live,
      credentials: asOncall(),
    });
    const because = `the audit runs as arn:aws:sts::${OWN}:assumed-role/oncall/test`;
    expect(access).toMatchObject({ known: { ways: [{ principal: theirs, probe: untried(because) }] } });
    expect(assumptions().filter(({ RoleArn }: Record<string, string>) => RoleArn === deploy)).toEqual([]);
  });
});

describe('a call without an answer leaves the way as it was, and says why', () => {
  beforeEach(async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }) });
  });

  it.each([
    ['throttling', 'AWS throttled the calls: '],
    ['expired-token', 'AWS rejected the credentials: '],
    ['connection-reset', 'nothing answered: '],
    ['html-200', 'something that is not AWS answered: '],
    ['internal-error', 'the answer has a form that is not interpreted: '],
  ] as const)('%s', async (fault, because) => {
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault });
    expect(await tryAs()).toMatchObject({
      known: { kind: 'open', ways: [{ probe: untried(expect.stringContaining(because) as unknown as string) }] },
    });
  });

  it('no name of whoever runs the audit', async () => {
    const body = '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>';
    const opened = audit.open({ credentials: async () => asAlice() });
    // IAM is read as whom this answer names; the next one is the try's own.
    await opened.caller();
    audit.standIn.faults.add({
      operation: 'sts:GetCallerIdentity',
      fault: { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body },
    });
    const because = 'STS did not say as whom the audit runs';
    expect(await accessIn(opened, { expected: live })).toMatchObject({
      known: { ways: [{ probe: untried(because) }] },
    });
    expect(assumptions()).toEqual([]);
  });
});

describe('the evidence', () => {
  beforeEach(async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: alice }) });
  });

  it('replays what was seen', async () => {
    const opened = audit.open({ credentials: async () => asAlice() });
    const seen = await accessIn(opened, { expected: live });
    expect(await accessIn(audit.replay(opened.evidence), { expected: live })).toEqual(seen);
    expect(assumptions()).toHaveLength(1);
  });

  it('replays a refusal', async () => {
    audit.standIn.deny('sts:AssumeRole', deploy);
    const opened = audit.open({ credentials: async () => asAlice() });
    const seen = await accessIn(opened, { expected: live });
    expect(seen).toMatchObject({ known: { kind: 'closed' } });
    expect(await accessIn(audit.replay(opened.evidence), { expected: live })).toEqual(seen);
  });

  it('that knows of no try says so', async () => {
    const opened = audit.open({ credentials: async () => asAlice() });
    await accessIn(opened);
    const because =
      'the evidence file does not hold the answer: NotRecorded: sts:GetCallerIdentity is not in the evidence';
    expect(await accessIn(audit.replay(opened.evidence), { expected: live })).toEqual(
      open({ probe: untried(because) }),
    );
  });
});

it('leaves a role shut that the evaluator holds for shut', async () => {
  await makeRole(iam(), 'deploy', { trusts: trust({ AWS: bob }) });
  expect(await tryAs()).toEqual(closed());
  expect(assumptions()).toEqual([]);
});
