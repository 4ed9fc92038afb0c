import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  type OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import { expect } from '@jest/globals';
import { type ContractCase, failure, type Target } from './case.ts';

/** The ids of the policies of a type that are attached to a target itself. */
export async function attachedTo(client: OrganizationsClient, TargetId: string, Filter: PolicyType): Promise<string[]> {
  const { Policies = [] } = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter }));
  return Policies.map(({ Id = '' }) => Id);
}

/** An SCP as tests attach it. */
export const scpText = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
});

const connect = (target: Target): OrganizationsClient => target.connect('us-east-1').organizations;

/** What AWS does about organizations. The first case must run before the organization is made. */
export const organizationsCases: readonly ContractCase[] = [
  {
    name: 'an account that is in no organization is told so',
    run: async (target) => {
      const told = await failure(connect(target).send(new DescribeOrganizationCommand({})));
      expect([told.name, told.status]).toEqual(['AWSOrganizationsNotInUseException', 400]);
      expect(told.message).toBe('Your account is not a member of an organization.');
    },
  },
  {
    name: 'an organization names its management account',
    run: async (target) => {
      await target.organization();
      const { Organization } = await connect(target).send(new DescribeOrganizationCommand({}));
      expect(Organization?.Id).toMatch(/^o-[a-z0-9]{10,32}$/);
      expect(Organization).toMatchObject({
        FeatureSet: 'ALL',
        MasterAccountId: target.account,
        MasterAccountArn: `arn:aws:organizations::${target.account}:account/${Organization?.Id}/${target.account}`,
        Arn: `arn:aws:organizations::${target.account}:organization/${Organization?.Id}`,
      });
    },
  },
  {
    name: 'the parents of an account lead through its unit to the root',
    run: async (target) => {
      const { root, unit, member } = await target.organization();
      const parentsOf = async (ChildId: string) =>
        (await connect(target).send(new ListParentsCommand({ ChildId }))).Parents;
      expect(await parentsOf(member)).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }]);
      expect(await parentsOf(unit)).toEqual([{ Id: root, Type: 'ROOT' }]);
      expect(await parentsOf(target.account)).toEqual([{ Id: root, Type: 'ROOT' }]);
    },
  },
  {
    name: 'the root is nobody’s child, and a child that does not exist is not found',
    run: async (target) => {
      const { root } = await target.organization();
      const ask = (ChildId: string) => failure(connect(target).send(new ListParentsCommand({ ChildId })));
      expect((await ask(root)).name).toBe('InvalidInputException');
      expect((await ask('999999999998')).name).toBe('ChildNotFoundException');
    },
  },
  {
    name: 'FullAWSAccess is attached to the root, to units and to accounts',
    run: async (target) => {
      const { root, unit, member } = await target.organization();
      for (const id of [root, unit, member, target.account]) {
        expect(await attachedTo(connect(target), id, 'SERVICE_CONTROL_POLICY')).toContain('p-FullAWSAccess');
      }
    },
  },
  {
    name: 'RCPFullAWSAccess is attached to the root, to units and to accounts',
    run: async (target) => {
      const { root, unit, member } = await target.organization();
      for (const id of [root, unit, member, target.account]) {
        expect(await attachedTo(connect(target), id, 'RESOURCE_CONTROL_POLICY')).toEqual(['p-RCPFullAWSAccess']);
      }
    },
  },
  {
    name: 'a service control policy is listed at its target only, and described with its text',
    run: async (target) => {
      const { root, unit, member, policy, content } = await target.organization();
      const client = connect(target);
      expect(await attachedTo(client, unit, 'SERVICE_CONTROL_POLICY')).toContain(policy);
      for (const id of [root, member]) {
        expect(await attachedTo(client, id, 'SERVICE_CONTROL_POLICY')).not.toContain(policy);
      }
      const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: policy }));
      expect(Policy?.Content).toBe(content);
      expect(Policy?.PolicySummary).toMatchObject({ Id: policy, Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false });
    },
  },
  {
    name: 'FullAWSAccess is a policy of AWS that allows everything',
    run: async (target) => {
      await target.organization();
      const { Policy } = await connect(target).send(new DescribePolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
      expect(JSON.parse(Policy?.Content ?? '')).toEqual({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      });
      expect(Policy?.PolicySummary).toMatchObject({
        Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
        Name: 'FullAWSAccess',
        AwsManaged: true,
      });
    },
  },
  {
    name: 'a policy or target that does not exist is not found',
    run: async (target) => {
      await target.organization();
      const client = connect(target);
      const policy = await failure(client.send(new DescribePolicyCommand({ PolicyId: 'p-12345678' })));
      expect([policy.name, policy.status]).toEqual(['PolicyNotFoundException', 400]);
      const missing = await failure(attachedTo(client, '999999999998', 'SERVICE_CONTROL_POLICY'));
      expect([missing.name, missing.status]).toEqual(['TargetNotFoundException', 400]);
    },
  },
];
