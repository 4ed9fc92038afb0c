import { describe, expect, it } from '@jest/globals';
import { remarks } from '../../src/evaluate/remarks.ts';
import { known } from '../../src/model/fact.ts';
import type { BreakGlass, NamedRole, Stack } from '../../src/model/subject.ts';
import { makeRole, makeUser, trust } from '../facts/people.ts';
import { answersOf, roleOf, stackOf } from '../facts/subjects.ts';
import { OWN, useAudit } from '../waist/audit.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const arnOf = (name: string) => `arn:aws:iam::${OWN}:role/${name}`;
const [deploy, glass] = [arnOf('deploy'), arnOf('glass')];
const named: NamedRole = { arn: deploy, phase: 'both', use: 'deploy', declaredBy: 'config', source: 'config' };
const breakGlass: readonly BreakGlass[] = [{ kind: 'role', arn: glass }];
const stack = (id: string, changes: Partial<Stack> = {}) =>
  stackOf({ id, namedRoles: known([named]), breakGlass, ...changes });

/** What is said after some rule has asked for the trust policies of these roles. */
async function said(asked: readonly string[], stacks: readonly Stack[] = [stack('a'), stack('b')]) {
  const answers = answersOf(audit.open());
  for (const arn of asked) await answers.answer('role.trust', roleOf(arn));
  const found = await remarks(stacks, answers);
  return found.filter(({ kind }) => kind === 'trust').map(({ message }) => message);
}

const reserved = `arn:aws:iam::${OWN}:role/aws-reserved/sso.amazonaws.com`;
const suffixed = 'AWSReservedSSO_Admin_0123456789abcdef';
const root = `arn:aws:iam::${OWN}:root`;
const arnLike = (pattern: string) => ({ ArnLike: { 'aws:PrincipalArn': pattern } });

/** As GetRole shows a policy once a role that it named is gone. */
const toDeleted = trust({ AWS: ['AROAEXAMPLEGONE', root] });

describe('a trust policy that wears out', () => {
  it('is said once per role and name, of deployment and break-glass roles, however many stacks there are', async () => {
    await makeRole(iam(), 'deploy', { trusts: toDeleted });
    await makeRole(iam(), 'glass', { trusts: toDeleted });
    const gone = 'AROAEXAMPLEGONE, a role that was deleted: a new one of the same name is not meant';
    expect(await said([deploy, glass])).toEqual([
      `the trust policy of role ${deploy} names ${gone}`,
      `the trust policy of role ${glass} names ${gone}`,
    ]);
  });

  it('names a permission set’s role exactly: with what lasts in its place', async () => {
    const exact = `${reserved}/eu-west-1/${suffixed}`;
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: root }, { ArnEquals: { 'aws:PrincipalArn': exact } }) });
    expect(await said([deploy])).toEqual([
      `the trust policy of role ${deploy} names ${suffixed} exactly, whose suffix changes when its assignment is made again: name ${root} under ArnLike aws:PrincipalArn ${reserved}*/AWSReservedSSO_Admin_*, and allow sts:AssumeRole in the permission set`,
    ]);
  });

  it('names one session of such a role: with what keeps to that session', async () => {
    const session = `arn:aws:sts::${OWN}:assumed-role/${suffixed}/alice`;
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: session }) });
    const [message = ''] = await said([deploy]);
    expect(message).toContain(`${reserved}*/AWSReservedSSO_Admin_* and StringLike aws:userid *:alice, and`);
  });

  const regional = `${reserved}/*/AWSReservedSSO_Admin_*`;

  it('has a pattern that fits nobody in us-east-1', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: root }, arnLike(regional)) });
    expect(await said([deploy])).toEqual([
      `the trust policy of role ${deploy} names ${regional}, which fits nobody where Identity Center is in us-east-1: ${reserved}*/AWSReservedSSO_Admin_* fits in every region`,
    ]);
  });

  it('has such a pattern, and Identity Center is known to be elsewhere', async () => {
    await makeRole(iam(), 'deploy', { trusts: trust({ AWS: root }, arnLike(regional)) });
    const emergencyPrincipals = [{ arn: `${reserved}/eu-west-1/${suffixed}` }];
    expect(await said([deploy], [stack('a', { emergencyPrincipals })])).toEqual([]);
    const first = [{ arn: `${reserved}/${suffixed}` }];
    expect(await said([deploy], [stack('a', { emergencyPrincipals: first })])).toHaveLength(1);
  });

  it('is not spoken of where no rule has asked, where nothing could be read, or where nothing wears out', async () => {
    await makeRole(iam(), 'deploy', { trusts: toDeleted });
    expect(await said([])).toEqual([]);
    expect(audit.counts()['iam:GetRole']).toBeUndefined();
    await makeRole(iam(), 'glass', { trusts: trust({ AWS: root }) });
    expect(await said([glass])).toEqual([]);
    audit.standIn.deny('iam:GetRole');
    expect(await said([deploy, glass])).toEqual([]);
  });
});

describe('a provider that is down with the orchestrator', () => {
  const provider = `arn:aws:iam::${OWN}:oidc-provider/acme.app.spacelift.io`;
  const both = (...statements: readonly object[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' },
        ...statements.map((principal) => ({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' })),
      ],
    });

  it('is said beside the people who are left', async () => {
    const alice = await makeUser(iam(), 'alice');
    await makeRole(iam(), 'deploy', { trusts: both({ AWS: alice }) });
    expect(await said([deploy])).toEqual([
      `role ${deploy} trusts Spacelift (OIDC provider acme.app.spacelift.io), which gives no tokens while the orchestrator is down: what is left then is user alice (account ${OWN})`,
    ]);
  });

  it('is the verdict’s to say where no person is left, and nobody’s where there is another one', async () => {
    await makeRole(iam(), 'worker', { trusts: trust({ Service: 'ec2.amazonaws.com' }) });
    await makeRole(iam(), 'deploy', { trusts: both({ AWS: arnOf('worker') }) });
    await makeRole(iam(), 'glass', {
      trusts: trust({ Federated: `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com` }),
    });
    expect(await said([deploy, glass])).toEqual([]);
  });
});
