import { CreateUserCommand } from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { DescribePolicyCommand, ListParentsCommand } from '@aws-sdk/client-organizations';
import { expect } from '@jest/globals';
import { REGION } from './contract/buckets.ts';
import { failure, type Target, unique } from './contract/case.ts';
import { detailsOf } from './contract/details.ts';
import { makePolicy, makeRole, permissionOf, trustOf } from './contract/iam.ts';
import { attachedTo } from './contract/organizations.ts';

/** `GetAccountAuthorizationDetails` says of a user neither its boundary nor an id that begins with AIDA. */
export async function leavesUserBoundaryOut(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  const UserName = unique('user');
  const PermissionsBoundary = await makePolicy(iam, permissionOf('s3:*'));
  await iam.send(new CreateUserCommand({ UserName, PermissionsBoundary }));
  const [page] = await detailsOf(iam, ['User']);
  const user = page?.UserDetailList?.find((found) => found.UserName === UserName);
  expect(user?.PermissionsBoundary).toBeUndefined();
  expect(user?.UserId).not.toMatch(/^AIDA/);
}

/** The trust policy in `GetAccountAuthorizationDetails` is plain, unlike the one of `GetRole`. */
export async function answersPlainTrust(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  const trust = trustOf(target.account);
  const RoleName = await makeRole(iam, trust);
  const [page] = await detailsOf(iam, ['Role']);
  const role = page?.RoleDetailList?.find((found) => found.RoleName === RoleName);
  expect(role?.AssumeRolePolicyDocument).toBe(trust);
}

/** The filter `AWSManagedPolicy` finds nothing. */
export async function knowsNoPolicyOfAws(target: Target): Promise<void> {
  const [page] = await detailsOf(target.connect('us-east-1').iam, ['AWSManagedPolicy']);
  expect(page?.Policies).toEqual([]);
}

/** `GetAccountAuthorizationDetails` is one page whatever `MaxItems` says. */
export async function answersDetailsAtOnce(target: Target): Promise<void> {
  const { iam } = target.connect('us-east-1');
  for (const _ of [1, 2]) await makeRole(iam, trustOf('*'));
  const pages = await detailsOf(iam, ['Role'], 1);
  expect([pages.length, pages[0]?.IsTruncated]).toEqual([1, false]);
  expect(pages[0]?.RoleDetailList?.length).toBeGreaterThan(1);
}

/** Without `PolicyName` there is no key policy; with `default` there is. */
export async function asksForPolicyName(target: Target): Promise<void> {
  const { kms } = target.connect(REGION);
  const { id: KeyId } = await target.createKey(REGION);
  expect((await failure(kms.send(new GetKeyPolicyCommand({ KeyId })))).name).toBe('NotFoundException');
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy).toContain('kms:*');
}

/** The root has no parents, which is no error; the error of a missing child is the one of a missing account. */
export async function answersNoParents(target: Target): Promise<void> {
  const { organizations } = target.connect('us-east-1');
  const { root } = await target.organization();
  expect((await organizations.send(new ListParentsCommand({ ChildId: root }))).Parents).toEqual([]);
  const missing = await failure(organizations.send(new ListParentsCommand({ ChildId: '999999999998' })));
  expect(missing.name).toBe('AccountNotFoundException');
}

/** `p-FullAWSAccess` has an ARN of the organization. */
export async function ownsFullAccess(target: Target): Promise<void> {
  const { organizations } = target.connect('us-east-1');
  await target.organization();
  const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
  expect(Policy?.PolicySummary?.Arn).toContain(`:${target.account}:policy/o-`);
}

/** The error of a missing target is the one of a missing account. */
export async function namesMissingAccount(target: Target): Promise<void> {
  const { organizations } = target.connect('us-east-1');
  await target.organization();
  const missing = await failure(attachedTo(organizations, '999999999998', 'SERVICE_CONTROL_POLICY'));
  expect(missing.name).toBe('AccountNotFoundException');
}
