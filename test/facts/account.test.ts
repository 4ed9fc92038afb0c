import type { GetAccountAuthorizationDetailsCommandOutput } from '@aws-sdk/client-iam';
import { describe, expect, it } from '@jest/globals';
import { detailsIn } from '../../src/facts/account.ts';
import type { AccountDetails } from '../../src/model/assumability.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Account } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { allow, makeGroup, makePolicy, makeRole, makeUser, trust } from './people.ts';
import { factOf } from './subjects.ts';

type Page = GetAccountAuthorizationDetailsCommandOutput;

const audit = useAudit();
const trusts = trust({ AWS: `arn:aws:iam::${OWN}:root` });
const account = (id = OWN, partition = 'aws'): Account => ({ kind: 'account', id, partition });
const detailsOf = (subject = account()): Promise<Fact<AccountDetails>> => factOf(audit, 'account.details', subject);
const arn = (resource: string) => `arn:aws:iam::${OWN}:${resource}`;

describe('account.details', () => {
  it.each([1, 3, 100])('hold everybody, joined over all pages; %i to a page', async (pageSize) => {
    audit.standIn.settings.iamPageSize = pageSize;
    audit.standIn.settings.policyDocuments = 'plain';
    const { iam } = audit.connect();
    const [limit, shared] = [
      await makePolicy(iam, 'limit', allow('sts:*')),
      await makePolicy(iam, 'shared', allow('s3:Shared')),
    ];
    await makeGroup(iam, 'ops', { inline: { a: allow('s3:Ops') }, attached: [shared] });
    await makeUser(iam, 'alice', { inline: { a: allow('s3:Own') }, groups: ['ops'], tags: { team: 'net' } });
    await makeUser(iam, 'bob', { boundary: limit });
    await makeRole(iam, 'oncall', { trusts, path: '/ops/', attached: [shared], inline: { a: allow('s3:A') } });
    await makeRole(iam, 'empty', { trusts, boundary: limit, tags: { tier: '1', owner: '' } });
    expect(await detailsOf()).toEqual({
      known: {
        principals: {
          [arn('user/alice')]: {
            identity: [allow('s3:Own'), allow('s3:Ops'), allow('s3:Shared')],
            boundary: null,
            tags: { team: 'net' },
          },
          [arn('user/bob')]: { identity: [], boundary: allow('sts:*'), tags: {} },
          [arn('role/ops/oncall')]: { identity: [allow('s3:A'), allow('s3:Shared')], boundary: null, tags: {} },
          [arn('role/empty')]: { identity: [], boundary: allow('sts:*'), tags: { tier: '1', owner: '' } },
        },
        incomplete: [],
        roles: [arn('role/empty'), arn('role/ops/oncall')],
      },
    });
  });

  it('hold the policies of AWS that somebody has', async () => {
    const attached = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
    const role = await makeRole(audit.connect().iam, 'reader', { trusts, attached });
    const fact = await detailsOf();
    expect('known' in fact && fact.known.principals[role]?.identity).toHaveLength(1);
  });

  it('keep documents as they come', async () => {
    const role = await makeRole(audit.connect().iam, 'oncall', { trusts, inline: { a: allow('s3:A') } });
    const fact = await detailsOf();
    expect('known' in fact && fact.known.principals[role]?.identity).toEqual([expect.stringMatching(/^%7B%22Version/)]);
  });

  it('are a gap where they are denied, and in an account or partition that is not read', async () => {
    audit.standIn.account(OWN).deny('iam:GetAccountAuthorizationDetails');
    const permission = 'iam:GetAccountAuthorizationDetails';
    expect(await detailsOf()).toMatchObject({
      gaps: [{ fact: 'account.details', cause: 'access-denied', call: permission, permission, resource: 'account' }],
    });
    expect(await detailsOf(account(OTHER))).toMatchObject({ gaps: [{ cause: 'account-not-read', resource: OTHER }] });
    for (const partition of ['aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc'])
      expect(await detailsOf(account(OWN, partition))).toMatchObject({ gaps: [{ cause: 'account-not-read' }] });
  });

  it('are a gap where a page leaves out a list: nobody could be called absent', async () => {
    const body = '<UserDetailList/><GroupDetailList/><RoleDetailList/>';
    const api = 'GetAccountAuthorizationDetails';
    audit.standIn.faults.add({
      operation: `iam:${api}`,
      fault: {
        status: 200,
        headers: { 'x-amzn-requestid': 'F00' },
        body: `<${api}Response><${api}Result>${body}</${api}Result></${api}Response>`,
      },
    });
    expect(await detailsOf()).toMatchObject({ gaps: [{ cause: 'unexpected-answer', call: `iam:${api}` }] });
  });
});

/** As IAM prints it: `UserPolicyList` is left out of users without inline policies, and nothing else is. */
const whole = (): Page => ({
  $metadata: {},
  IsTruncated: false,
  UserDetailList: [
    {
      Arn: arn('user/alice'),
      UserName: 'alice',
      GroupList: ['ops'],
      UserPolicyList: [{ PolicyName: 'own', PolicyDocument: 'alice' }],
      AttachedManagedPolicies: [{ PolicyName: 'shared', PolicyArn: arn('policy/shared') }],
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
        PermissionsBoundaryArn: arn('policy/limit'),
      },
      Tags: [{ Key: 'team', Value: 'net' }],
    },
    { Arn: arn('user/bob'), UserName: 'bob', GroupList: [], AttachedManagedPolicies: [], Tags: [] },
  ],
  GroupDetailList: [
    {
      Arn: arn('group/ops'),
      GroupName: 'ops',
      GroupPolicyList: [{ PolicyName: 'own', PolicyDocument: 'ops' }],
      AttachedManagedPolicies: [],
    },
  ],
  RoleDetailList: [
    {
      Arn: arn('role/oncall'),
      RoleName: 'oncall',
      RolePolicyList: [{ PolicyName: 'own', PolicyDocument: 'oncall' }],
      AttachedManagedPolicies: [{ PolicyName: 'shared', PolicyArn: arn('policy/shared') }],
      Tags: [],
    },
  ],
  Policies: [
    {
      Arn: arn('policy/shared'),
      DefaultVersionId: 'v2',
      PolicyVersionList: [
        { VersionId: 'v1', Document: 'shared, once' },
        { VersionId: 'v2', Document: 'shared', IsDefaultVersion: true },
      ],
    },
    {
      Arn: arn('policy/limit'),
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ VersionId: 'v1', Document: 'limit', IsDefaultVersion: true }],
    },
  ],
});

const everybody = {
  [arn('user/alice')]: { identity: ['alice', 'shared', 'ops'], boundary: 'limit', tags: { team: 'net' } },
  [arn('user/bob')]: { identity: [], boundary: null, tags: {} },
  [arn('role/oncall')]: { identity: ['oncall', 'shared'], boundary: null, tags: {} },
};

/** Paths to every field, and to every policy and group, of an answer. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const below = [...path, Array.isArray(value) ? Number(key) : key];
    const isItem = Array.isArray(value) && path.length > 1;
    return isItem ? pathsIn(part, below) : [below, ...pathsIn(part, below)];
  });
}

/** The answer without one of its parts. */
function without(path: readonly (string | number)[]): Page {
  const page = whole();
  const holder = path.slice(0, -1).reduce<unknown>((part, key) => Object(part)[key], page);
  const last = path.at(-1) ?? '';
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(Object(holder), last);
  return page;
}

/** What IAM leaves out where there is nothing: without it, there is nothing. */
const optional = /\b(UserPolicyList|PermissionsBoundary|Tags)$/;

describe('an answer with a hole', () => {
  it('is read whole as the names in it say', () => {
    expect(detailsIn([whole()])).toEqual({ principals: everybody, incomplete: [], roles: [arn('role/oncall')] });
  });

  const holes = pathsIn(whole()).map((path) => [path.join('.'), path] as const);

  it.each(holes.filter(([name]) => !optional.test(name)))(
    'at %s says of nobody more, or less, than is so',
    (name, path) => {
      const details = detailsIn([without(path)]) ?? { principals: {}, incomplete: Object.keys(everybody) };
      const gone = /^(UserDetailList|RoleDetailList)\.\d$/.test(name) ? 1 : 0;
      for (const [who, policies] of Object.entries(details.principals))
        expect([who, policies]).toEqual([who, everybody[who as keyof typeof everybody]]);
      const counted = Object.keys(details.principals).length + details.incomplete.length;
      expect(counted).toBe(Object.keys(everybody).length - gone);
    },
  );

  it.each([
    ['UserDetailList', null],
    ['Policies', null],
    ['UserDetailList.0.Arn', null],
    ['RoleDetailList.0.Arn', null],
    ['UserDetailList.0.GroupList', [arn('user/alice')]],
    ['UserDetailList.0.PermissionsBoundary.PermissionsBoundaryArn', [arn('user/alice')]],
    ['UserDetailList.0.Tags.0.Key', [arn('user/alice')]],
    ['GroupDetailList.0.GroupPolicyList', [arn('user/alice')]],
    ['Policies.1.DefaultVersionId', [arn('user/alice')]],
    ['Policies.0.PolicyVersionList.1.Document', [arn('role/oncall'), arn('user/alice')]],
    ['RoleDetailList.0.RolePolicyList.0.PolicyDocument', [arn('role/oncall')]],
    ['RoleDetailList.0.AttachedManagedPolicies', [arn('role/oncall')]],
  ])('at %s leaves out whom it is about, and nobody else', (name, incomplete) => {
    const details = detailsIn([without(name.split('.'))]);
    expect(details === null ? null : details.incomplete).toEqual(incomplete);
  });

  it('does not hide a policy that comes on a later page', () => {
    const [first, second] = [whole(), whole()];
    const empty = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
    const pages = [
      { ...first, GroupDetailList: [], Policies: [] },
      { ...second, ...empty, GroupDetailList: second.GroupDetailList },
      { ...second, ...empty, Policies: second.Policies },
    ];
    expect(detailsIn(pages)).toEqual(detailsIn([whole()]));
  });
});
