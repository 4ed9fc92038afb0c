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
