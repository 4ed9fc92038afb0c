import type * as KMS from '@aws-sdk/client-kms';
import { rowsOf } from './operation.ts';

const kms = rowsOf('kms');

/** KMS: whether the keys on which a state hangs can still be used. */
export const kmsOperations = {
  'kms:DescribeKey': kms({
    permission: 'kms:DescribeKey',
    body: 'json',
    roots: ['KeyMetadata'],
    absent: ['NotFoundException'],
    resource: (input: KMS.DescribeKeyCommandInput) => `${input.KeyId}`,
    summary: ({ KeyMetadata: key }: KMS.DescribeKeyCommandOutput) =>
      `${key?.KeyState ?? 'no state'}, managed by ${key?.KeyManager ?? 'nobody named'}`,
    command: (sdk, input) => new sdk.DescribeKeyCommand(input),
  }),
  'kms:GetKeyPolicy': kms({
    permission: 'kms:GetKeyPolicy',
    body: 'json',
    roots: ['Policy'],
    absent: ['NotFoundException'],
    resource: (input: KMS.GetKeyPolicyCommandInput) => `${input.KeyId}`,
    summary: ({ PolicyName: name }: KMS.GetKeyPolicyCommandOutput) => `policy ${name ?? 'default'}`,
    command: (sdk, input) => new sdk.GetKeyPolicyCommand(input),
  }),
} as const;
