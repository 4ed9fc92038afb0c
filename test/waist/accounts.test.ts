import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from '@jest/globals';
import { trustOf } from '../aws/contract/iam.ts';
import { HOME, iamAt, OTHER, OWN, useAudit } from './audit.ts';

const audit = useAudit();
const auditRole = { id: OTHER, assumeRole: `arn:aws:iam::${OTHER}:role/audit` };

/** Makes the audit role of the other account, and a role to ask about. */
async function otherAccount(trusted: string): Promise<void> {
  const { iam } = audit.connect({ account: OTHER });
  await iam.send(new CreateRoleCommand({ RoleName: 'audit', AssumeRolePolicyDocument: trustOf(trusted) }));
  await iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trustOf(trusted) }));
  audit.standIn.clearRequests();
}

const deployRole = {
  reply: expect.objectContaining({
    pages: [expect.objectContaining({ Role: expect.objectContaining({ Arn: `arn:aws:iam::${OTHER}:role/deploy` }) })],
  }),
};
const askers = (operation: string) =>
  audit.standIn.requests.filter((request) => request.operation === operation).map(({ account }) => account);

describe('the caller', () => {
  it('is who STS says', async () => {
    const aws = audit.open();
    expect(await aws.caller()).toEqual({ arn: `arn:aws:iam::${OWN}:user/operator`, account: OWN });
    await aws.caller();
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1 });
  });

  it('is nobody when STS does not say, and then IAM is a gap with that cause', async () => {
    audit.standIn.faults.add({ operation: 'sts:GetCallerIdentity', fault: 'expired-token' });
    const aws = audit.open();
    expect(await aws.caller()).toBeNull();
    const { result } = await aws.read('iam:GetRole', { RoleName: 'r' }, iamAt(OWN));
    expect(result).toMatchObject({ unread: { cause: 'credentials-rejected', call: 'sts:GetCallerIdentity' } });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1 });
  });

  it('is nobody when STS answers without an account', async () => {
    const body = '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>';
    const fault = { status: 200, headers: { 'x-amzn-requestid': 'F00' }, body };
    audit.standIn.faults.add({ operation: 'sts:GetCallerIdentity', fault });
    const { result } = await audit.open().read('iam:GetRole', { RoleName: 'r' }, iamAt(OWN));
    expect(result).toMatchObject({ unread: { cause: 'unexpected-answer', call: 'sts:GetCallerIdentity' } });
  });
});

describe('IAM', () => {
  it('of the own account is asked as the caller, even where an audit role is configured for it', async () => {
    const assumeRole = `arn:aws:iam::${OWN}:role/audit`;
    const aws = audit.open({ accounts: [{ id: OWN, assumeRole }] });
    const { result } = await aws.read('iam:GetRole', { RoleName: 'nobody' }, iamAt(OWN));
    expect(result).toMatchObject({ reply: { kind: 'absent' } });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'iam:GetRole': 1 });
    expect(await aws.accounts()).toEqual([{ id: OWN, read: true }]);
  });

  it('of another account without an audit role is not read: a role of the same name here is another role', async () => {
    const { iam } = audit.connect();
    await iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trustOf(OWN) }));
    audit.standIn.clearRequests();
    const aws = audit.open();
    const outcome = await aws.read('iam:GetRole', { RoleName: 'deploy' }, iamAt(OTHER));
    expect(outcome).toEqual({
      result: {
        unread: {
          cause: 'account-not-read',
          detail: `the auditor is in account ${OWN}, and no audit role is configured for ${OTHER}`,
          resource: OTHER,
        },
      },
      observed: [],
    });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1 });
    expect(await aws.accounts()).toEqual([{ id: OTHER, read: false }]);
  });
});

describe('IAM of an account with an audit role', () => {
  it('of another account is asked as its audit role, which is assumed once for many reads', async () => {
    await otherAccount(`arn:aws:iam::${OWN}:root`);
    const aws = audit.open({ accounts: [auditRole] });
    const names = Array.from({ length: 20 }, (_, index) => (index === 0 ? 'deploy' : `role-${index}`));
    const outcomes = await Promise.all(names.map((RoleName) => aws.read('iam:GetRole', { RoleName }, iamAt(OTHER))));
    expect(outcomes[0]?.result).toEqual(deployRole);
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'sts:AssumeRole': 1, 'iam:GetRole': 20 });
    expect(new Set(askers('iam:GetRole'))).toEqual(new Set([OTHER]));
    expect(askers('sts:AssumeRole')).toEqual([OWN]);
    expect(await aws.accounts()).toEqual([{ id: OTHER, read: true }]);
    expect(outcomes[0]?.observed).toMatchObject([{ call: 'iam:GetRole', account: OTHER }]);
  });

  it('of an account whose audit role may not be assumed is not read, and says why', async () => {
    await otherAccount('arn:aws:iam::333333333333:root');
    const aws = audit.open({ accounts: [auditRole] });
    const { result } = await aws.read('iam:GetRole', { RoleName: 'deploy' }, iamAt(OTHER));
    expect(result).toEqual({
      unread: {
        cause: 'account-not-read',
        call: 'sts:AssumeRole',
        permission: 'sts:AssumeRole',
        resource: OTHER,
        detail: `the audit role ${auditRole.assumeRole} could not be assumed: HTTP 403 AccessDenied: User: arn:aws:iam::${OWN}:user/operator is not authorized to perform: sts:AssumeRole on resource: ${auditRole.assumeRole}`,
      },
    });
    expect(audit.counts()).toEqual({ 'sts:GetCallerIdentity': 1, 'sts:AssumeRole': 1 });
    expect(await aws.accounts()).toEqual([{ id: OTHER, read: false }]);
  });

  it('is asked as itself in one account while another is asked as its audit role', async () => {
    await otherAccount(OWN);
    const aws = audit.open({ accounts: [auditRole] });
    const [own, other] = await Promise.all([
      aws.read('iam:GetRole', { RoleName: 'deploy' }, iamAt(OWN)),
      aws.read('iam:GetRole', { RoleName: 'deploy' }, iamAt(OTHER)),
    ]);
    expect(own.result).toMatchObject({ reply: { kind: 'absent' } });
    expect(other.result).toEqual(deployRole);
    expect(new Set(askers('iam:GetRole'))).toEqual(new Set([OWN, OTHER]));
  });
});

describe('S3', () => {
  const bucket = (account: string | null) =>
    ['s3:GetBucketVersioning', { Bucket: 'theirs' }, audit.at(HOME, account)] as const;

  it('of another account is asked as the caller where no audit role is configured, and a bucket policy may let it in', async () => {
    audit.standIn.createBucket({ name: 'theirs', region: HOME, account: OTHER, versioning: 'Enabled' });
    const undo = audit.standIn.grant({ account: OWN, bucket: 'theirs' });
    const open = await audit.open().read(...bucket(OTHER));
    expect(open.result).toMatchObject({ reply: { pages: [{ Status: 'Enabled' }] } });
    undo();
    const closed = await audit.open().read(...bucket(OTHER));
    expect(closed.result).toMatchObject({ unread: { cause: 'access-denied' } });
    expect(audit.counts()).toEqual({ 's3:GetBucketVersioning': 2 });
    expect(askers('s3:GetBucketVersioning')).toEqual([OWN, OWN]);
  });

  it('of another account is asked as its audit role where one is configured', async () => {
    await otherAccount(OWN);
    audit.standIn.createBucket({ name: 'theirs', region: HOME, account: OTHER, versioning: 'Suspended' });
    const { result } = await audit.open({ accounts: [auditRole] }).read(...bucket(OTHER));
    expect(result).toMatchObject({ reply: { pages: [{ Status: 'Suspended' }] } });
    expect(askers('s3:GetBucketVersioning')).toEqual([OTHER]);
  });

  it('of nobody knows whose account is asked as the caller, without asking who that is', async () => {
    audit.standIn.createBucket({ name: 'theirs', region: HOME, account: OWN });
    await audit.open({ accounts: [auditRole] }).read(...bucket(null));
    expect(audit.counts()).toEqual({ 's3:GetBucketVersioning': 1 });
  });
});
