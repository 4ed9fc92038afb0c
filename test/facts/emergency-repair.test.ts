import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import { OTHER, useAudit } from '../waist/audit.ts';
import { accessOf, closed, deploy, makeAudited, named, roleArn } from './emergency.ts';
import { allow, makePolicy, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const repair = 'iam:UpdateAssumeRolePolicy';

/** The role trusts a pipeline, so that Alice is refused. */
beforeEach(async () => {
  await makeRole(iam(), 'deploy', { trusts: trust({ AWS: roleArn('pipeline') }) });
});

const denied = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
    { Effect: 'Deny', Action: 'iam:Update*', Resource: deploy },
  ],
});
const withMfa = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: repair,
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ],
});

describe('who is refused may change the trust policy', () => {
  it.each([
    ['a policy allows just that', allow(repair, deploy), true],
    ['a policy allows everything', allow('*'), true],
    ['a policy allows it on another role', allow(repair, roleArn('other')), false],
    ['a policy allows another call', allow('iam:UpdateRole'), false],
    ['a policy denies what another statement allows', denied, false],
    ['it takes what nobody knows to be there', withMfa, false],
  ])('when %s: %s is %s', async (_, policy, mayRepair) => {
    await makeUser(iam(), 'alice', { inline: { policy } });
    expect(await accessOf(audit)).toEqual(closed({ mayRepair }));
  });

  it('and not when a boundary stops it', async () => {
    const boundary = await makePolicy(iam(), 'limit', allow('s3:*'));
    await makeUser(iam(), 'alice', { boundary, inline: { policy: allow('*') } });
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('and not in another account', async () => {
    await makeAudited(audit, OTHER);
    await makeRole(audit.connect({ account: OTHER }).iam, 'deploy', {
      trusts: trust({ AWS: `arn:aws:iam::${OTHER}:root` }),
    });
    await makeUser(iam(), 'alice', { inline: { policy: allow('*') } });
    const role = roleArn('deploy', OTHER);
    const stack = { namedRoles: known([named(role)]) };
    expect(await accessOf(audit, { accounts: [OTHER], stack })).toEqual(closed({ role }));
  });

  it('and not when the policies cannot be read', async () => {
    await makeUser(iam(), 'alice', { inline: { policy: allow('*') } });
    for (const call of ['iam:GetAccountAuthorizationDetails', 'iam:ListUserPolicies']) audit.standIn.deny(call);
    expect(await accessOf(audit)).toEqual(closed());
  });

  it('and not when there is no such user', async () => {
    expect(await accessOf(audit)).toEqual(closed({ because: 'the principal does not exist' }));
  });
});
