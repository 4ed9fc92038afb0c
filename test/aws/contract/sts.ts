import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { expect } from '@jest/globals';
import { type ContractCase, failure, type Target, unique } from './case.ts';
import { makeRole, trustOf } from './iam.ts';

/** Assumes a role of the target's account. */
export async function assume(
  { sts, account }: { sts: STSClient; account: string },
  role: string,
  ExternalId?: string,
): Promise<string | undefined> {
  const input = { RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 'drill' };
  const { AssumedRoleUser } = await sts.send(new AssumeRoleCommand({ ...input, ...(ExternalId && { ExternalId }) }));
  return AssumedRoleUser?.Arn;
}

/** A role that the account's own users may assume, with the external id `s3cret`. */
export async function roleWithExternalId(target: Target): Promise<string> {
  const { iam } = target.connect('us-east-1');
  return makeRole(iam, trustOf(target.account, { StringEquals: { 'sts:ExternalId': 's3cret' } }));
}

/** What AWS does about sessions. */
export const stsCases: readonly ContractCase[] = [
  {
    name: 'the caller of GetCallerIdentity is told its account and ARN',
    run: async (target) => {
      const { sts } = target.connect('us-east-1');
      const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
      expect([Account, Arn]).toEqual([target.account, `arn:aws:iam::${target.account}:user/operator`]);
      expect(UserId).toMatch(/^AIDA/);
    },
  },
  {
    name: 'a role whose trust names the account can be assumed',
    run: async (target) => {
      const { iam, sts } = target.connect('us-east-1');
      const role = await makeRole(iam, trustOf(`arn:aws:iam::${target.account}:root`));
      const session = await assume({ sts, account: target.account }, role);
      expect(session).toBe(`arn:aws:sts::${target.account}:assumed-role/${role}/drill`);
    },
  },
  {
    name: 'a role whose trust names somebody else cannot be assumed',
    run: async (target) => {
      const { iam, sts } = target.connect('us-east-1');
      const role = await makeRole(iam, trustOf('arn:aws:iam::999999999999:root'));
      const denied = await failure(assume({ sts, account: target.account }, role));
      expect([denied.name, denied.status]).toEqual(['AccessDenied', 403]);
    },
  },
  {
    name: 'a role that does not exist cannot be assumed',
    run: async (target) => {
      const { sts } = target.connect('us-east-1');
      const denied = await failure(assume({ sts, account: target.account }, unique('missing')));
      expect([denied.name, denied.status]).toEqual(['AccessDenied', 403]);
    },
  },
  {
    name: 'a role that asks for an external id is assumed with that id only',
    run: async (target) => {
      const caller = { sts: target.connect('us-east-1').sts, account: target.account };
      const role = await roleWithExternalId(target);
      expect(await assume(caller, role, 's3cret')).toContain(`:assumed-role/${role}/drill`);
      for (const id of [undefined, 'wrong']) {
        expect((await failure(assume(caller, role, id))).name).toBe('AccessDenied');
      }
    },
  },
];
