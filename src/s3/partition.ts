// The regions of each partition begin alike: `partitions` in the endpoint rules of the AWS SDK (@aws-sdk/core, util-endpoints).
const partitions = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
] as const;

/** The partition with which ARNs in a region begin (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
export function partitionOf(region: string): string {
  const [, partition] = partitions.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return partition ?? 'aws';
}

// IAM and Organizations are global in a partition and signed for one region of it: `signingRegion` in the endpoint rules of
// @aws-sdk/client-iam and @aws-sdk/client-organizations. They differ in China only.
const homes: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** The region in which IAM answers for a partition; that of the commercial one for a partition that is not known. */
export const iamHome = (partition: string): string => homes[partition] ?? 'us-east-1';

/** The region in which Organizations answers for a partition. */
export const organizationsHome = (partition: string): string =>
  partition === 'aws-cn' ? 'cn-northwest-1' : iamHome(partition);
