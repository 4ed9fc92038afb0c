import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PrincipalPolicies } from '../../src/model/assumability.ts';
import type { Fact } from '../../src/model/fact.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { allow, makeGroup, makePolicy, makeRole, makeUser, trust } from './people.ts';
import { answersOf, factOf, principalOf } from './subjects.ts';

const audit = useAudit();
const policiesOf = (arn: string) => factOf(audit, 'principal.policies', principalOf(arn));
const trusts = trust({ AWS: `arn:aws:iam::${OWN}:root` });

/** The documents as JSON, sorted. */
function read(fact: Fact<PrincipalPolicies>): { identity: readonly string[]; boundary: string | null } | null {
  if (!('known' in fact) || fact.known.kind !== 'exists') return null;
  const plain = (text: unknown) => decodeURIComponent(String(text));
  const { identity, boundary } = fact.known;
  return { identity: identity.map(plain).sort(), boundary: boundary === null ? null : plain(boundary) };
}

/** Both ways of asking: for the whole account, and one by one where that is denied. */
const DETAILS = 'iam:GetAccountAuthorizationDetails';
const ways = ['from the details of the account', 'one by one'] as const;
const oneByOne = () => audit.standIn.account(OWN).deny(DETAILS);
const setWay = (way: (typeof ways)[number]) => way === 'one by one' && oneByOne();

describe.each(ways)('principal.policies %s', (way) => {
  beforeEach(() => {
    setWay(way);
  });

  it.each([1, 100])('of a role are inline and managed ones, and the boundary; %i to a page', async (pageSize) => {
    audit.standIn.settings.iamPageSize = pageSize;
    const { iam } = audit.connect();
    const boundary = await makePolicy(iam, 'limit', allow('sts:*'));
    const attached = [await makePolicy(iam, 'one', allow('s3:One')), await makePolicy(iam, 'two', allow('s3:Two'))];
    const inline = { a: allow('s3:A'), b: allow('s3:B'), c: allow('s3:C') };
    const arn = await makeRole(iam, 'oncall', { trusts, boundary, attached, inline });
    const identity = ['s3:A', 's3:B', 's3:C', 's3:One', 's3:Two'].map((action) => allow(action)).sort();
    expect(read(await policiesOf(arn))).toEqual({ identity, boundary: allow('sts:*') });
  });

  it('of a user are those of its groups too', async () => {
    const { iam } = audit.connect();
    const boundary = await makePolicy(iam, 'limit', allow('sts:*'));
    const [own, shared] = [
      await makePolicy(iam, 'own', allow('s3:Own')),
      await makePolicy(iam, 'shared', allow('s3:Shared')),
    ];
    await makeGroup(iam, 'ops', { inline: { a: allow('s3:Ops') }, attached: [shared] });
    await makeGroup(iam, 'dev', { inline: { a: allow('s3:Dev') } });
    await makeGroup(iam, 'others', { inline: { a: allow('s3:Others') } });
    const options = { boundary, inline: { a: allow('s3:Inline') }, attached: [own], groups: ['ops', 'dev'] };
    const arn = await makeUser(iam, 'alice', options);
    const identity = ['s3:Dev', 's3:Inline', 's3:Ops', 's3:Own', 's3:Shared'].map((action) => allow(action)).sort();
    audit.standIn.clearRequests();
    expect(read(await policiesOf(arn))).toEqual({ identity, boundary: allow('sts:*') });
    // The groups are asked for once, though inline and managed policies both need them.
    if (way === 'one by one') expect(audit.counts()).toMatchObject({ 'iam:ListGroupsForUser': 1, 'iam:GetUser': 1 });
    else expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, [DETAILS]: 1 });
  });

  it('come with the tags of the role or user', async () => {
    const { iam } = audit.connect();
    const tags = { team: 'net', tier: '1' };
    for (const arn of [await makeRole(iam, 'oncall', { trusts, tags }), await makeUser(iam, 'alice', { tags })])
      expect(await policiesOf(arn)).toEqual({ known: { kind: 'exists', identity: [], boundary: null, tags } });
  });

  it('of one who has none are none', async () => {
    const { iam } = audit.connect();
    const nothing = { identity: [], boundary: null };
    expect(read(await policiesOf(await makeUser(iam, 'bob')))).toEqual(nothing);
    expect(read(await policiesOf(await makeRole(iam, 'empty', { trusts })))).toEqual(nothing);
  });

  it('of a session are those of its role', async () => {
    const inline = { a: allow('s3:A') };
    await makeRole(audit.connect().iam, 'oncall', { trusts, inline, path: '/ops/' });
    const session = `arn:aws:sts::${OWN}:assumed-role/oncall/alice`;
    expect(read(await policiesOf(session))).toEqual({ identity: [allow('s3:A')], boundary: null });
    expect(await policiesOf(`arn:aws:sts::${OWN}:assumed-role/nobody/alice`)).toEqual({ known: { kind: 'absent' } });
  });

  it('of a role of that name under another path are those of nobody', async () => {
    const arn = await makeRole(audit.connect().iam, 'oncall', { trusts, path: '/ops/' });
    expect(await policiesOf(arn)).toMatchObject({ known: { kind: 'exists' } });
    expect(await policiesOf(`arn:aws:iam::${OWN}:role/oncall`)).toEqual({ known: { kind: 'absent' } });
  });

  it.each([`arn:aws:iam::${OWN}:user/nobody`, `arn:aws:iam::${OWN}:role/nobody`])(
    'of %s, who does not exist, are those of nobody',
    async (arn) => {
      expect(await policiesOf(arn)).toEqual({ known: { kind: 'absent' } });
    },
  );
});

describe('principal.policies of many', () => {
  it('are known from one call for the account', async () => {
    const { iam } = audit.connect();
    const arns = [`arn:aws:iam::${OWN}:user/nobody`];
    for (const name of ['a', 'b', 'c']) arns.push(await makeRole(iam, name, { trusts }), await makeUser(iam, name));
    audit.standIn.clearRequests();
    const { answer } = answersOf(audit.open());
    const facts = await Promise.all(arns.map((arn) => answer('principal.policies', principalOf(arn))));
    expect(facts.map(({ fact }) => 'known' in fact && fact.known.kind)).toEqual([
      'absent',
      ...Array.from({ length: 6 }, () => 'exists'),
    ]);
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, [DETAILS]: 1 });
  });

  it('are asked for one by one of those alone of whom the details leave something out', async () => {
    const { iam } = audit.connect();
    const [alice, bob] = [await makeUser(iam, 'alice'), await makeUser(iam, 'bob', { inline: { a: allow('s3:A') } })];
    const user = (name: string, attached: string) =>
      `<member><Arn>arn:aws:iam::${OWN}:user/${name}</Arn><GroupList/><AttachedManagedPolicies>${attached}</AttachedManagedPolicies></member>`;
    const unnamed = '<member><PolicyName>denies-all</PolicyName></member>';
    const rest = '<GroupDetailList/><RoleDetailList/><Policies/><IsTruncated>false</IsTruncated>';
    audit.standIn.faults.add({
      operation: DETAILS,
      fault: answer(
        'GetAccountAuthorizationDetails',
        `<UserDetailList>${user('alice', '')}${user('bob', unnamed)}</UserDetailList>${rest}`,
      ),
    });
    const { answer: ask } = answersOf(audit.open());
    audit.standIn.clearRequests();
    expect(read((await ask('principal.policies', principalOf(alice))).fact)).toEqual({ identity: [], boundary: null });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, [DETAILS]: 1 });
    const identity = [allow('s3:A')];
    expect(read((await ask('principal.policies', principalOf(bob))).fact)).toEqual({ identity, boundary: null });
    expect(audit.counts()).toMatchObject({ 'iam:GetUser': 1, 'iam:GetUserPolicy': 1, [DETAILS]: 1 });
  });
});

const answer = (api: string, body: string) => ({
  status: 200,
  headers: { 'x-amzn-requestid': 'F00' },
  body: `<${api}Response><${api}Result>${body}</${api}Result></${api}Response>`,
});

describe('principal.policies with a part that has no name', () => {
  beforeEach(() => {
    oneByOne();
  });

  it('are a gap: it could be what denies', async () => {
    const arn = await makeRole(audit.connect().iam, 'oncall', { trusts });
    const nameless = '<AttachedPolicies><member><PolicyName>p</PolicyName></member></AttachedPolicies>';
    audit.standIn.faults.add({
      operation: 'iam:ListAttachedRolePolicies',
      fault: answer('ListAttachedRolePolicies', `${nameless}<IsTruncated>false</IsTruncated>`),
    });
    expect(await policiesOf(arn)).toMatchObject({ gaps: [{ cause: 'unexpected-answer' }] });
  });

  it('are a gap when it is the boundary', async () => {
    const arn = `arn:aws:iam::${OWN}:role/oncall`;
    const role = `<Role><Arn>${arn}</Arn><RoleName>oncall</RoleName><PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType></PermissionsBoundary></Role>`;
    audit.standIn.faults.add({ operation: 'iam:GetRole', fault: answer('GetRole', role) });
    expect(await policiesOf(arn)).toMatchObject({ gaps: [{ cause: 'unexpected-answer' }] });
  });
});

describe('principal.policies of somebody else', () => {
  it.each([
    `arn:aws:iam::${OWN}:root`,
    `arn:aws:iam::${OWN}:group/ops`,
    `arn:aws:sts::${OWN}:federated-user/alice`,
    'alice',
    '*',
  ])('of %s, who is nobody that can be asked about, is undecided', async (arn) => {
    expect(await policiesOf(arn)).toMatchObject({ gaps: [{ cause: 'undecided', resource: arn }] });
    expect(audit.counts()).toEqual({});
  });

  it('in an account that is not read is that gap', async () => {
    expect(await policiesOf(`arn:aws:iam::${OTHER}:user/alice`)).toMatchObject({
      gaps: [{ fact: 'principal.policies', cause: 'account-not-read' }],
    });
  });
});

describe('principal.policies that cannot all be read', () => {
  beforeEach(() => {
    oneByOne();
  });

  it.each([
    'iam:GetUser',
    'iam:ListUserPolicies',
    'iam:GetUserPolicy',
    'iam:ListAttachedUserPolicies',
    'iam:ListGroupsForUser',
    'iam:ListGroupPolicies',
    'iam:GetGroupPolicy',
    'iam:ListAttachedGroupPolicies',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
  ])('are a gap without %s: part of the policies would be a wrong answer', async (permission) => {
    const { iam } = audit.connect();
    const policy = await makePolicy(iam, 'one', allow('s3:One'));
    await makeGroup(iam, 'ops', { inline: { a: allow('s3:Ops') }, attached: [policy] });
    const arn = await makeUser(iam, 'alice', { inline: { a: allow('s3:A') }, attached: [policy], groups: ['ops'] });
    audit.standIn.deny(permission);
    const fact = await policiesOf(arn);
    const gaps = 'gaps' in fact ? fact.gaps : [];
    expect(gaps.length).toBeGreaterThan(0);
    for (const gap of gaps)
      expect(gap).toMatchObject({ fact: 'principal.policies', cause: 'access-denied', call: permission, permission });
  });

  it.each([
    'iam:GetRole',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
    'iam:GetPolicy',
  ])('of a role are a gap without %s', async (permission) => {
    const { iam } = audit.connect();
    const boundary = await makePolicy(iam, 'limit', allow('sts:*'));
    const arn = await makeRole(iam, 'oncall', { trusts, boundary, inline: { a: allow('s3:A') } });
    audit.standIn.deny(permission);
    expect(await policiesOf(arn)).toMatchObject({ gaps: [{ cause: 'access-denied', permission }] });
  });

  it('are a gap when a list does not hold a list', async () => {
    const arn = await makeRole(audit.connect().iam, 'oncall', { trusts });
    const body = '<ListRolePoliciesResponse><ListRolePoliciesResult/></ListRolePoliciesResponse>';
    const fault = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
    audit.standIn.faults.add({ operation: 'iam:ListRolePolicies', fault });
    expect(await policiesOf(arn)).toMatchObject({
      gaps: [{ cause: 'unexpected-answer', call: 'iam:ListRolePolicies' }],
    });
  });
});

describe('principal.mfa', () => {
  const alice = principalOf(`arn:aws:iam::${OWN}:user/alice`);
  const mfa = () => factOf(audit, 'principal.mfa', alice);

  it.each([1, 100])('tells devices that give codes from keys that do not; %i to a page', async (pageSize) => {
    audit.standIn.settings.iamPageSize = pageSize;
    await makeUser(audit.connect().iam, 'alice');
    const account = audit.standIn.account(OWN);
    account.addMfaDevice('alice', { kind: 'security-key', name: 'yubi' });
    expect(await mfa()).toEqual({ known: { codes: [], securityKeys: 1 } });
    account.addMfaDevice('alice', { kind: 'virtual', name: 'phone' });
    account.addMfaDevice('alice', { kind: 'hardware', name: 'GAHT12345678' });
    const codes = [`arn:aws:iam::${OWN}:mfa/phone`, 'GAHT12345678'];
    expect(await mfa()).toEqual({ known: { codes, securityKeys: 1 } });
  });

  it('is none for a user without, or who does not exist', async () => {
    expect(await mfa()).toEqual({ known: { codes: [], securityKeys: 0 } });
    await makeUser(audit.connect().iam, 'alice');
    expect(await mfa()).toEqual({ known: { codes: [], securityKeys: 0 } });
  });

  it.each([
    `arn:aws:iam::${OWN}:role/oncall`,
    `arn:aws:sts::${OWN}:assumed-role/oncall/alice`,
    `arn:aws:iam::${OWN}:root`,
  ])('of %s is none, without a call', async (arn) => {
    expect(await factOf(audit, 'principal.mfa', principalOf(arn))).toEqual({ known: { codes: [], securityKeys: 0 } });
    expect(audit.counts()).toEqual({});
  });

  it('is a gap when it is denied, or does not say which devices', async () => {
    await makeUser(audit.connect().iam, 'alice');
    const undo = audit.standIn.account(OWN).deny('iam:ListMFADevices', alice.arn);
    const permission = 'iam:ListMFADevices';
    expect(await mfa()).toMatchObject({ gaps: [{ fact: 'principal.mfa', cause: 'access-denied', permission }] });
    undo();
    for (const body of ['', '<MFADevices><member><UserName>alice</UserName></member></MFADevices>']) {
      audit.standIn.faults.add({ operation: permission, fault: answer('ListMFADevices', body) });
      expect(await mfa()).toMatchObject({ gaps: [{ cause: 'unexpected-answer', call: permission }] });
    }
  });

  it('is a gap when a device is of a kind that is not known, unless another gives codes', async () => {
    const device = (serial: string) => `<member><SerialNumber>${serial}</SerialNumber></member>`;
    const fault = (...serials: readonly string[]) =>
      audit.standIn.faults.add({
        operation: 'iam:ListMFADevices',
        fault: answer('ListMFADevices', `<MFADevices>${serials.map(device).join('')}</MFADevices>`),
      });
    const strange = `arn:aws:iam::${OWN}:sms-mfa/alice`;
    fault(strange);
    expect(await mfa()).toMatchObject({ gaps: [{ cause: 'undecided', resource: alice.arn }] });
    fault(strange, `arn:aws:iam::${OWN}:mfa/phone`);
    expect(await mfa()).toMatchObject({ known: { codes: [`arn:aws:iam::${OWN}:mfa/phone`] } });
  });
});
