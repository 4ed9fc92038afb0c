const document = (id: string, statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statements });

/** The policy of a key for which nobody gave another (KMS "Default key policy"): IAM policies of the account decide. */
export function defaultPolicy(account: string): string {
  return document('key-default-1', [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ]);
}

/** The policy of the key that S3 uses in an account (KMS "AWS managed keys"): whoever may use S3 there, through S3. */
export function policyOfS3({ region, account }: { readonly region: string; readonly account: string }): string {
  return document('auto-s3-2', [
    {
      Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `s3.${region}.amazonaws.com` },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ]);
}
