import { glyphs, matches } from './wildcard.ts';

/** Where an example resource is. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A kind of resource that an action is about: which ARNs are of that kind, and one that may exist. */
export interface Shape {
  readonly fits: (resource: string) => boolean;
  readonly example: (place: Place) => string;
}

/** A real action; the shape is null where what it is about is not relied upon here. */
export interface KnownAction {
  readonly action: string;
  readonly shape: Shape | null;
}

/** A name that the people who write policies have no reason to use. */
export const NAME = 'dr-audit-example';
const HEX = '0123456789abcdef0';
const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab';

const shape = (service: string, scope: 'region' | 'account' | 'none', form: string, name = NAME): Shape => {
  const region = scope === 'region' ? '*' : '';
  const account = scope === 'none' ? '' : '*';
  const pattern = glyphs(`arn:*:${service}:${region}:${account}:${form}`);
  return {
    fits: (resource) => matches(pattern, resource),
    example: (place) =>
      [
        'arn',
        place.partition,
        service,
        region && place.region,
        account && place.account,
        form.replaceAll('*', name),
      ].join(':'),
  };
};

const known = (service: string, about: Shape | null, names: string): readonly KnownAction[] =>
  names.split(' ').map((name) => ({ action: `${service}:${name}`, shape: about }));

/** Actions without resource-level permissions are asked about `*`. */
const ALL: Shape = { fits: (resource) => resource === '*', example: () => '*' };
const role = shape('iam', 'account', 'role/*');
const object = shape('s3', 'none', '*/*');
const named = shape('s3', 'none', '*');
const bucket: Shape = { ...named, fits: (resource) => named.fits(resource) && !object.fits(resource) };
const table = shape('dynamodb', 'region', 'table/*');
const key = shape('kms', 'region', 'key/*', UUID);

const ec2 = (form: string, names: string) => known('ec2', shape('ec2', 'region', form, HEX), names);

/**
 * Real actions of services that deployments use, changes first, with a kind of resource on which they can be allowed (AWS Service
 * Authorization Reference, tables "Actions" and "Resource types"). They stand in for wildcards where an example is wanted.
 */
export const KNOWN_ACTIONS: readonly KnownAction[] = [
  ...ec2('instance/i-*', 'RunInstances TerminateInstances'),
  ...ec2('vpc/vpc-*', 'CreateVpc DeleteVpc ModifyVpcAttribute'),
  ...ec2('security-group/sg-*', 'AuthorizeSecurityGroupIngress DeleteSecurityGroup'),
  ...ec2('subnet/subnet-*', 'DeleteSubnet'),
  ...ec2('route-table/rtb-*', 'CreateRoute'),
  ...ec2('volume/vol-*', 'DeleteVolume'),
  ...known('iam', role, 'CreateRole PutRolePolicy AttachRolePolicy DeleteRole PassRole UpdateAssumeRolePolicy'),
  ...known('iam', shape('iam', 'account', 'policy/*'), 'CreatePolicy'),
  ...known('iam', shape('iam', 'account', 'instance-profile/*'), 'CreateInstanceProfile'),
  ...known('rds', shape('rds', 'region', 'db:*'), 'ModifyDBInstance DeleteDBInstance'),
  ...known('rds', null, 'CreateDBInstance'),
  ...known('route53', shape('route53', 'none', 'hostedzone/*', 'Z0123456789ABCDEFGHIJ'), 'ChangeResourceRecordSets'),
  ...known('ecs', null, 'CreateService UpdateService CreateCluster RegisterTaskDefinition'),
  ...known('eks', null, 'CreateCluster UpdateClusterConfig'),
  ...known('autoscaling', null, 'CreateAutoScalingGroup UpdateAutoScalingGroup'),
  ...known('elasticloadbalancing', null, 'CreateLoadBalancer CreateListener'),
  ...known('cloudfront', null, 'CreateDistribution UpdateDistribution'),
  ...known('acm', null, 'RequestCertificate DeleteCertificate'),
  ...known('elasticache', null, 'CreateReplicationGroup CreateCacheCluster'),
  ...known('elasticfilesystem', null, 'CreateFileSystem'),
  ...known('redshift', null, 'CreateCluster'),
  ...known('cloudformation', null, 'CreateStack UpdateStack'),
  ...known('apigateway', null, 'POST PUT'),
  ...known('states', null, 'CreateStateMachine UpdateStateMachine'),
  ...known('events', null, 'PutRule PutTargets'),
  ...known('logs', null, 'CreateLogGroup PutRetentionPolicy'),
  ...known('cloudwatch', shape('cloudwatch', 'region', 'alarm:*'), 'PutMetricAlarm DeleteAlarms'),
  ...known('cloudtrail', shape('cloudtrail', 'region', 'trail/*'), 'CreateTrail UpdateTrail'),
  ...known('kinesis', shape('kinesis', 'region', 'stream/*'), 'CreateStream DeleteStream'),
  ...known('ssm', shape('ssm', 'region', 'parameter/*'), 'PutParameter DeleteParameter'),
  ...known('organizations', null, 'CreateAccount CreatePolicy'),
  ...known('lambda', shape('lambda', 'region', 'function:*'), 'CreateFunction UpdateFunctionCode DeleteFunction'),
  ...known('dynamodb', table, 'CreateTable UpdateTable DeleteTable PutItem DeleteItem'),
  ...known('sqs', shape('sqs', 'region', '*'), 'CreateQueue SetQueueAttributes DeleteQueue SendMessage'),
  ...known('sns', shape('sns', 'region', '*'), 'CreateTopic SetTopicAttributes DeleteTopic Publish'),
  ...known('ecr', shape('ecr', 'region', 'repository/*'), 'CreateRepository DeleteRepository PutImage'),
  ...known('secretsmanager', null, 'CreateSecret PutSecretValue DeleteSecret'),
  ...known('s3', object, 'PutObject DeleteObject DeleteObjectVersion'),
  ...known('s3', bucket, 'CreateBucket DeleteBucket PutBucketPolicy PutBucketVersioning'),
  ...known('kms', ALL, 'CreateKey'),
  ...known('kms', key, 'PutKeyPolicy ScheduleKeyDeletion CreateGrant Encrypt GenerateDataKey Decrypt DescribeKey'),
  ...known('sts', role, 'AssumeRole'),
  ...known('ec2', ALL, 'DescribeInstances DescribeVpcs'),
  ...known('iam', role, 'GetRole ListRolePolicies'),
  ...known('iam', ALL, 'ListRoles'),
  ...known('s3', object, 'GetObject'),
  ...known('s3', bucket, 'ListBucket GetBucketPolicy'),
  ...known('dynamodb', table, 'GetItem DescribeTable'),
  ...known('lambda', shape('lambda', 'region', 'function:*'), 'InvokeFunction'),
  ...known('ssm', shape('ssm', 'region', 'parameter/*'), 'GetParameter'),
  ...known('secretsmanager', null, 'GetSecretValue'),
];
