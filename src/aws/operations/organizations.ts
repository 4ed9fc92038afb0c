import type * as Organizations from '@aws-sdk/client-organizations';
import { rowsOf } from './operation.ts';

const organizations = rowsOf('organizations');

interface Paged {
  readonly NextToken?: string | undefined;
}

const next = <Input>(input: Input, { NextToken }: Paged): Input | null => (NextToken ? { ...input, NextToken } : null);

/** Organizations: the policies that bind an account from above. All but the first answer only the management account or a delegated one. */
export const organizationsOperations = {
  'organizations:DescribeOrganization': organizations({
    permission: 'organizations:DescribeOrganization',
    body: 'json',
    roots: ['Organization'],
    absent: ['AWSOrganizationsNotInUseException'],
    resource: (_: Organizations.DescribeOrganizationCommandInput) => 'organization',
    summary: ({ Organization: one }: Organizations.DescribeOrganizationCommandOutput) =>
      `${one?.Id ?? 'no id'}, managed by ${one?.MasterAccountId ?? 'nobody named'}`,
    command: (sdk, input) => new sdk.DescribeOrganizationCommand(input),
  }),
  'organizations:ListParents': organizations({
    permission: 'organizations:ListParents',
    body: 'json',
    roots: ['Parents'],
    resource: (input: Organizations.ListParentsCommandInput) => `${input.ChildId}`,
    summary: ({ Parents }: Organizations.ListParentsCommandOutput) => Parents?.[0]?.Id ?? 'no parent',
    next,
    command: (sdk, input) => new sdk.ListParentsCommand(input),
  }),
  'organizations:ListPoliciesForTarget': organizations({
    permission: 'organizations:ListPoliciesForTarget',
    body: 'json',
    roots: ['Policies'],
    resource: (input: Organizations.ListPoliciesForTargetCommandInput) => `${input.Filter} of ${input.TargetId}`,
    summary: ({ Policies }: Organizations.ListPoliciesForTargetCommandOutput) =>
      Policies?.length === 1 ? '1 policy' : `${Policies?.length ?? 0} policies`,
    next,
    command: (sdk, input) => new sdk.ListPoliciesForTargetCommand(input),
  }),
  'organizations:DescribePolicy': organizations({
    permission: 'organizations:DescribePolicy',
    body: 'json',
    roots: ['Policy'],
    resource: (input: Organizations.DescribePolicyCommandInput) => `${input.PolicyId}`,
    summary: ({ Policy }: Organizations.DescribePolicyCommandOutput) => Policy?.PolicySummary?.Name ?? 'no name',
    command: (sdk, input) => new sdk.DescribePolicyCommand(input),
  }),
} as const;
