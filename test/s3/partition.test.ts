import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { describe, expect, it } from '@jest/globals';
import { iamHome, organizationsHome, partitionOf } from '../../src/s3/partition.ts';

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

// Where the SDK's own endpoint rules sign for a region of each partition (`signingRegion`).
describe('the home region of a partition', () => {
  const clients = { iam: new IAMClient({}), organizations: new OrganizationsClient({}) };

  it.each([
    'eu-west-1',
    'us-east-1',
    'cn-north-1',
    'cn-northwest-1',
    'us-gov-east-1',
    'us-iso-west-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-east-1',
    'eusc-de-east-1',
  ])('of %s is where the SDK signs', (Region) => {
    const signed = ({ config }: IAMClient | OrganizationsClient): unknown => {
      const { properties } = config.endpointProvider({ Region, UseFIPS: false, UseDualStack: false });
      return Object(properties?.['authSchemes'])[0]?.signingRegion;
    };
    const partition = partitionOf(Region);
    expect(iamHome(partition)).toBe(signed(clients.iam));
    expect(organizationsHome(partition)).toBe(signed(clients.organizations));
  });
});
