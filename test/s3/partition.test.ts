import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '../../src/s3/partition.ts';

// One region of each partition, as the SDK's own table of endpoints has them (`partitions` of @aws-sdk/core).
describe('the partition of a region', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['us-east-1', 'aws'],
    ['us-west-2', 'aws'],
    ['mx-central-1', 'aws'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('%s is %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});
