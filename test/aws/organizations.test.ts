import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  type OrganizationsClient,
  paginateListPoliciesForTarget,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from '@jest/globals';
import { failure } from './contract/case.ts';
import { attachedTo } from './contract/organizations.ts';
import type { OrganizationControls } from './organizations/controls.ts';
import { ACCOUNT, useAws } from './session.ts';

const MEMBER = '222222222222';
const STRANGER = '333333333333';
const session = useAws();
const content = { Version: '2012-10-17', Statement: [] };

/** An organization of `ACCOUNT`, with `MEMBER` in its unit. */
function organize(): OrganizationControls & { readonly unit: string } {
  const organization = session.aws.createOrganization({ management: ACCOUNT });
  const unit = organization.addUnit('prod');
  organization.addAccount(MEMBER, unit);
  return { ...organization, unit };
}

const client = (account = ACCOUNT): OrganizationsClient =>
  session.connect({ credentials: session.aws.account(account).credentials }).organizations;

const questions = (account: string) => {
  const organizations = client(account);
  return [
    () => organizations.send(new ListParentsCommand({ ChildId: MEMBER })),
    () => organizations.send(new ListPoliciesForTargetCommand({ TargetId: MEMBER, Filter: 'SERVICE_CONTROL_POLICY' })),
    () => organizations.send(new DescribePolicyCommand({ PolicyId: 'p-FullAWSAccess' })),
  ];
};

describe('who may ask', () => {
  it('a member is told whose organization it is in, and nothing else', async () => {
    const { id } = organize();
    const { Organization } = await client(MEMBER).send(new DescribeOrganizationCommand({}));
    expect([Organization?.Id, Organization?.MasterAccountId]).toEqual([id, ACCOUNT]);
    for (const ask of questions(MEMBER)) {
      const refused = await failure(ask());
      expect([refused.name, refused.status]).toEqual(['AccessDeniedException', 400]);
      expect(refused.message).toBe("You don't have permissions to access this resource.");
    }
  });

  it('a delegated administrator is told everything', async () => {
    organize().delegate(MEMBER);
    for (const ask of questions(MEMBER)) await ask();
  });

  it('an account outside is told that it is in none', async () => {
    organize();
    for (const ask of questions(STRANGER)) {
      expect((await failure(ask())).name).toBe('AWSOrganizationsNotInUseException');
    }
  });

  it('not whom its IAM does not allow it, by the ARN of what is asked about', async () => {
    const { id, unit } = organize();
    session.aws
      .account(ACCOUNT)
      .deny('organizations:ListParents', `arn:aws:organizations::${ACCOUNT}:ou/${id}/${unit}`);
    const refused = await failure(client().send(new ListParentsCommand({ ChildId: unit })));
    expect(refused.message).toBe(
      `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: organizations:ListParents on resource: arn:aws:organizations::${ACCOUNT}:ou/${id}/${unit} with an explicit deny in an identity-based policy`,
    );
    await client().send(new ListParentsCommand({ ChildId: MEMBER }));
    session.aws.account(ACCOUNT).allowOnly(['organizations:ListParents']);
    expect((await failure(client().send(new DescribeOrganizationCommand({})))).name).toBe('AccessDeniedException');
  });
});

describe('policies', () => {
  it('of a type that is off are attached to nothing, until it is on again', async () => {
    const organization = organize();
    const policy = organization.addPolicy({ name: 'a', content, targets: [organization.unit, MEMBER] });
    const attached = (id: string) => attachedTo(client(), id, 'SERVICE_CONTROL_POLICY');
    expect(await attached(MEMBER)).toEqual(['p-FullAWSAccess', policy]);
    organization.disable('SERVICE_CONTROL_POLICY');
    for (const id of [organization.root, organization.unit, MEMBER]) expect(await attached(id)).toEqual([]);
    expect(await attachedTo(client(), MEMBER, 'RESOURCE_CONTROL_POLICY')).toEqual(['p-RCPFullAWSAccess']);
    expect(() => organization.attach(policy, MEMBER)).toThrow('not enabled');
    organization.enable('SERVICE_CONTROL_POLICY');
    for (const id of [organization.root, organization.unit, MEMBER]) {
      expect(await attached(id)).toEqual(['p-FullAWSAccess']);
    }
  });

  it('of no type are attached where none is on', async () => {
    const { root } = session.aws.createOrganization({ management: ACCOUNT, enabled: [] });
    expect(await attachedTo(client(), root, 'SERVICE_CONTROL_POLICY')).toEqual([]);
    expect(await attachedTo(client(), root, 'RESOURCE_CONTROL_POLICY')).toEqual([]);
  });

  it('can be detached, but for the one of AWS that always stays', async () => {
    const organization = organize();
    organization.detach('p-FullAWSAccess', MEMBER);
    expect(await attachedTo(client(), MEMBER, 'SERVICE_CONTROL_POLICY')).toEqual([]);
    expect(() => organization.detach('p-RCPFullAWSAccess', MEMBER)).toThrow('cannot be detached');
    expect(() => organization.detach('p-FullAWSAccess', MEMBER)).toThrow('not attached');
  });

  it('come in pages', async () => {
    session.aws.settings.organizationsPageSize = 2;
    const organization = organize();
    const made = ['a', 'b', 'c', 'd'].map((name) => organization.addPolicy({ name, content, targets: [MEMBER] }));
    const input = { TargetId: MEMBER, Filter: 'SERVICE_CONTROL_POLICY' as const };
    const pages: (string | undefined)[][] = [];
    for await (const { Policies = [] } of paginateListPoliciesForTarget({ client: client() }, input)) {
      pages.push(Policies.map(({ Id }) => Id));
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(['p-FullAWSAccess', ...made]);
  });

  it('keep the text that they were given', async () => {
    const PolicyId = organize().addPolicy({
      name: 'rcp',
      type: 'RESOURCE_CONTROL_POLICY',
      content: '{ "Version": "2012-10-17", "Statement": [] }',
    });
    const { Policy } = await client().send(new DescribePolicyCommand({ PolicyId }));
    expect(Policy?.Content).toBe('{ "Version": "2012-10-17", "Statement": [] }');
    expect(Policy?.PolicySummary?.Type).toBe('RESOURCE_CONTROL_POLICY');
  });
});

it('an account is in one organization at most, and only what is there can be named', () => {
  const organization = organize();
  expect(() => session.aws.createOrganization({ management: MEMBER })).toThrow('in an organization already');
  expect(() => organization.addAccount(MEMBER)).toThrow('in an organization already');
  expect(() => organization.addUnit('a', 'ou-none-12345678')).toThrow('not in the organization');
  expect(() => organization.attach('p-none', MEMBER)).toThrow('there is no policy');
});
