import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Guardrails } from '../../src/model/assumability.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Account } from '../../src/model/subject.ts';
import type { OrganizationControls } from '../aws/organizations/controls.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { makeRole, trust } from './people.ts';
import { answersOf, factOf } from './subjects.ts';

const audit = useAudit();
const MANAGEMENT = '999999999999';
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const account = (id = OWN, partition = 'aws'): Account => ({ kind: 'account', id, partition });
const everyone = trust({ AWS: '*' });

beforeEach(async () => {
  for (const id of [OTHER, MANAGEMENT])
    await makeRole(audit.connect({ account: id }).iam, 'audit', { trusts: everyone });
  audit.standIn.clearRequests();
});

/** The auditor is in `OWN`, with an audit role in the accounts that are named. */
async function ask(id: string, ...others: readonly string[]): Promise<Fact<Guardrails>> {
  const accounts = others.map((other) => ({ id: other, assumeRole: `arn:aws:iam::${other}:role/audit` }));
  return (await answersOf(audit.open({ accounts })).answer('account.guardrails', account(id))).fact;
}

/** The documents as what they say, by level. */
function told(fact: Fact<Guardrails>) {
  if (!('known' in fact) || fact.known.kind !== 'member') return fact;
  const plain = (levels: readonly (readonly unknown[])[] | null) =>
    levels?.map((level) => level.map((text) => JSON.parse(String(text)).Statement[0])) ?? null;
  return { ...fact.known, scps: plain(fact.known.scps), rcps: plain(fact.known.rcps) };
}

const statement = (Sid: string) => ({ Sid, Effect: 'Deny', Action: 's3:*', Resource: '*' });
const content = (Sid: string) => ({ Version: '2012-10-17', Statement: [statement(Sid)] });
const fullScp = { Effect: 'Allow', Action: '*', Resource: '*' };
const fullRcp = { ...fullScp, Principal: '*' };

let organization: OrganizationControls;
let unit: string;

describe('account.guardrails', () => {
  it('of an account outside are none', async () => {
    expect(await ask(OWN)).toEqual({ known: { kind: 'no-organization' } });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'organizations:DescribeOrganization': 1 });
  });

  it('of the management account are none: no policy binds it', async () => {
    const { id } = audit.standIn.createOrganization({ management: OWN });
    expect(await ask(OWN)).toEqual({ known: { kind: 'management', orgId: id } });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'organizations:DescribeOrganization': 1 });
  });

  it('of an organization for bills alone are none', async () => {
    const organizations = { Id: 'o-0123456789', MasterAccountId: MANAGEMENT, FeatureSet: 'CONSOLIDATED_BILLING' };
    const fault = {
      status: 200,
      headers: { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ Organization: organizations }),
    };
    audit.standIn.faults.add({ operation: 'organizations:DescribeOrganization', fault });
    expect(await ask(OWN)).toEqual({ known: { kind: 'member', orgId: 'o-0123456789', scps: null, rcps: null } });
  });

  it.each(['{}', '{"Organization":{"Id":"o-0123456789"}}'])('are a gap when the answer is %s', async (body) => {
    const headers = { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1' };
    audit.standIn.faults.add({
      operation: 'organizations:DescribeOrganization',
      fault: { status: 200, headers, body },
    });
    const fact = await ask(OWN);
    expect('gaps' in fact && fact.gaps.map(({ cause }) => cause)).toEqual([
      body === '{}' ? 'not-aws-shaped' : 'unexpected-answer',
    ]);
  });
});

describe('account.guardrails of a member', () => {
  beforeEach(() => {
    organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    unit = organization.addUnit('prod', organization.addUnit('teams'));
    organization.addAccount(OWN, unit);
    organization.addAccount(OTHER);
  });

  it.each([1, 20])('are the policies of every level, from the root to the account; %i to a page', async (pageSize) => {
    audit.standIn.settings.organizationsPageSize = pageSize;
    organization.addPolicy({ name: 'root', content: content('Root'), targets: [organization.root] });
    organization.addPolicy({ name: 'two', content: content('Two'), targets: [unit, OWN] });
    organization.addPolicy({ name: 'not', content: content('Not'), targets: [OTHER] });
    organization.addPolicy({ name: 'rcp', type: RCP, content: content('Rcp'), targets: [OWN] });
    expect(told(await ask(OWN, MANAGEMENT))).toEqual({
      kind: 'member',
      orgId: organization.id,
      scps: [[fullScp, statement('Root')], [fullScp], [fullScp, statement('Two')], [fullScp, statement('Two')]],
      rcps: [[fullRcp], [fullRcp], [fullRcp], [fullRcp, statement('Rcp')]],
    });
    const lists = (levels: number, extra: number) => (pageSize === 1 ? levels + extra : levels);
    expect(audit.counts()).toEqual({
      'sts:GetCallerIdentity': 1,
      'sts:AssumeRole': 1,
      'organizations:DescribeOrganization': 1,
      'organizations:ListParents': 3,
      'organizations:ListPoliciesForTarget': lists(4, 3) + lists(4, 1),
      // Each once, however many targets it has.
      'organizations:DescribePolicy': 5,
    });
  });

  it('share what is above them: it is asked for once for all accounts', async () => {
    const assumeRole = `arn:aws:iam::${OTHER}:role/audit`;
    organization.delegate(OWN);
    const { answer } = answersOf(audit.open({ accounts: [{ id: OTHER, assumeRole }] }));
    for (const id of [OWN, OTHER])
      expect((await answer('account.guardrails', account(id))).fact).toMatchObject({ known: { kind: 'member' } });
    // Root, two units and two accounts; FullAWSAccess and RCPFullAWSAccess.
    expect(audit.counts()).toMatchObject({
      'organizations:ListPoliciesForTarget': 2 * 5,
      'organizations:DescribePolicy': 2,
    });
  });

  it('are the same from the evidence', async () => {
    organization.delegate(OWN);
    const opened = audit.open();
    const live = await answersOf(opened).answer('account.guardrails', account());
    audit.standIn.clearRequests();
    const replayed = await answersOf(audit.replay(opened.evidence)).answer('account.guardrails', account());
    expect([live.fact, replayed.fact]).toEqual([replayed.fact, expect.objectContaining({ known: expect.anything() })]);
    expect(audit.counts()).toEqual({});
  });

  it.each([
    ['SCPs', SCP, { scps: null, rcps: [[fullRcp], [fullRcp], [fullRcp], [fullRcp]] }],
    ['RCPs', RCP, { scps: [[fullScp], [fullScp], [fullScp], [fullScp]], rcps: null }],
  ] as const)('have no %s where that type is off', async (_, type, expected) => {
    organization.disable(type);
    expect(told(await ask(OWN, MANAGEMENT))).toMatchObject(expected);
  });

  it('are a gap where one level has none, and others have: AWS says that cannot be', async () => {
    organization.detach('p-FullAWSAccess', unit);
    expect(await ask(OWN, MANAGEMENT)).toMatchObject({ gaps: [{ cause: 'unexpected-answer', resource: unit }] });
  });
});

describe('account.guardrails of a member are told', () => {
  beforeEach(() => {
    organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    unit = organization.addUnit('prod');
    for (const id of [OWN, OTHER]) organization.addAccount(id, unit);
  });

  const whole = { kind: 'member', scps: [[fullScp], [fullScp], [fullScp]] };

  it('to the management account', async () => {
    expect(told(await ask(OTHER, OTHER, MANAGEMENT))).toMatchObject(whole);
  });

  it('to the account itself, where it is a delegated administrator', async () => {
    organization.delegate(OTHER);
    expect(told(await ask(OTHER, OTHER))).toMatchObject(whole);
    // The management account may be one that the auditor gets into, and is told nothing in.
    const undo = audit.standIn.account(MANAGEMENT).deny('organizations:ListParents');
    expect(told(await ask(OTHER, MANAGEMENT, OTHER))).toMatchObject(whole);
    undo();
  });

  it('to the auditor, where its account is one', async () => {
    organization.delegate(OWN);
    expect(told(await ask(OTHER, OTHER))).toMatchObject(whole);
  });

  it('to nobody else: the gap is that of the management account', async () => {
    const permission = 'organizations:ListParents';
    expect(await ask(OTHER, OTHER)).toMatchObject({
      gaps: [{ fact: 'account.guardrails', cause: 'account-not-read', permission, resource: MANAGEMENT }],
    });
    audit.standIn.account(MANAGEMENT).deny(permission);
    expect(await ask(OTHER, OTHER, MANAGEMENT)).toMatchObject({
      gaps: [{ cause: 'access-denied', permission, resource: OTHER }],
    });
  });

  it.each([
    ['organizations:DescribeOrganization', 'organization'],
    ['organizations:ListParents', OWN],
    ['organizations:ListPoliciesForTarget', expect.stringContaining(SCP)],
    ['organizations:DescribePolicy', 'p-FullAWSAccess'],
  ])('to nobody who is not allowed %s', async (permission, resource) => {
    for (const id of [OWN, MANAGEMENT]) audit.standIn.account(id).deny(permission);
    const fact = await ask(OWN, MANAGEMENT);
    const gap = { cause: 'access-denied', call: permission, permission, resource };
    expect('gaps' in fact && fact.gaps[0]).toMatchObject(gap);
  });

  it('in the region of their partition alone, and in an account that can be read', async () => {
    for (const partition of ['aws-cn', 'aws-us-gov', 'aws-iso-b', 'aws-eusc']) {
      const fact = await factOf(audit, 'account.guardrails', account(OWN, partition));
      expect(fact).toMatchObject({ gaps: [{ cause: 'account-not-read', resource: OWN }] });
    }
    expect(await ask(OTHER)).toMatchObject({ gaps: [{ cause: 'account-not-read', resource: OTHER }] });
  });
});

describe('account.guardrails in a tree that is none', () => {
  const reply = (body: object) => ({
    status: 200,
    headers: { 'x-amzn-requestid': 'F00', 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  });
  const parent = { Id: 'ou-abcd-12345678', Type: 'ORGANIZATIONAL_UNIT' };

  it.each([
    ['an account has no parent', { Parents: [] }],
    ['an account has two', { Parents: [parent, { ...parent, Id: 'ou-abcd-87654321' }] }],
    ['a parent has no id', { Parents: [{ Type: 'ROOT' }] }],
    ['it does not end', { Parents: [parent] }],
  ])('are a gap: %s', async (_, body) => {
    organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    organization.addAccount(OWN);
    organization.delegate(OWN);
    audit.standIn.faults.add({ operation: 'organizations:ListParents', fault: reply(body) });
    expect(await ask(OWN, MANAGEMENT)).toMatchObject({
      gaps: [{ cause: 'unexpected-answer', call: 'organizations:ListParents' }],
    });
    expect(audit.counts()).not.toHaveProperty('organizations:ListPoliciesForTarget');
  });

  it.each([
    ['organizations:ListPoliciesForTarget', { Policies: [{ Name: 'a' }] }],
    ['organizations:DescribePolicy', { Policy: { PolicySummary: { Id: 'p-FullAWSAccess' } } }],
  ] as const)('are a gap: %s leaves out what it is asked for', async (operation, body) => {
    organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    organization.addAccount(OWN);
    organization.delegate(OWN);
    audit.standIn.faults.add({ operation, fault: reply(body) });
    const fact = await ask(OWN);
    expect('gaps' in fact && fact.gaps[0]).toMatchObject({ cause: 'unexpected-answer', call: operation });
  });
});
