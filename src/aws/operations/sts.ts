import type * as STS from '@aws-sdk/client-sts';
import { rowsOf } from './operation.ts';

const sts = rowsOf('sts');

/** STS: who we are, and becoming the read-only audit role of another account. */
export const stsOperations = {
  'sts:GetCallerIdentity': sts({
    permission: null,
    roots: ['GetCallerIdentityResponse'],
    resource: (_: STS.GetCallerIdentityCommandInput) => 'caller',
    summary: (output: STS.GetCallerIdentityCommandOutput) => output.Arn ?? 'no ARN',
    command: (sdk, input) => new sdk.GetCallerIdentityCommand(input),
  }),
  'sts:AssumeRole': sts({
    permission: 'sts:AssumeRole',
    roots: ['AssumeRoleResponse'],
    records: 'status',
    resource: (input: STS.AssumeRoleCommandInput) => `${input.RoleArn}`,
    summary: (_: STS.AssumeRoleCommandOutput) => 'assumed',
    command: (sdk, input) => new sdk.AssumeRoleCommand(input),
  }),
} as const;
