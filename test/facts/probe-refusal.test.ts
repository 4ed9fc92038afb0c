import { beforeEach, describe, expect, it } from '@jest/globals';
import { known } from '../../src/model/fact.ts';
import type { AwsCredentials } from '../aws/accounts.ts';
import { OWN, useAudit } from '../waist/audit.ts';
import { accessOf, alice, deploy, MANAGEMENT, makeAudited, named, roleArn } from './emergency.ts';
import { allow, makePolicy, makeRole, makeUser, trust } from './people.ts';

const audit = useAudit();
const iam = () => audit.connect().iam;
const bob = `arn:aws:iam::${OWN}:user/bob`;
const oncall = roleArn('oncall');
const set = `arn:aws:iam::${OWN}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_OnCall_0123456789abcdef`;
const asAlice = () => audit.standIn.account(OWN).userCredentials('alice');
const asRole = (name: string) => audit.standIn.account(OWN).roleCredentials(name, 'ann');

const tryAs = (credentials: AwsCredentials = asAlice(), people: readonly string[] = [alice]) =>
  accessOf(audit, { people: people.map((arn) => ({ arn })), expected: { probe: true }, credentials });

const what = 'a live sts:AssumeRole was refused, though the policies as read let it in: ';
const shut = (words: string, changes: object = {}) => ({
  known: {
    kind: 'closed',
    attempts: [{ role: deploy, principal: alice, because: `${what}${words}`, mayRepair: false, ...changes }],
  },
});
const open = (words: string, doubt: string, principal = alice) => ({
  gaps: [
    {
      fact: 'stack.emergencyAccess',
      cause: 'undecided',
      detail: `${principal} on ${deploy}: ${what}${words}; ${doubt}`,
      call: 'sts:AssumeRole',
      resource: deploy,
    },
  ],
});

const unnamed = 'STS named no policy that denies sts:AssumeRole';
const passed = 'a policy that was passed when this session was made binds no other session';

const denied = (message: string) => ({
  status: 403,
  headers: { 'x-amzn-requestid': 'F00' },
  body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

/** The evaluator lets Alice in, and a session of `oncall` and of a permission set; STS refuses all. */
beforeEach(async () => {
  await makeUser(iam(), 'alice', { inline: { assume: allow('sts:AssumeRole') } });
  await makeUser(iam(), 'bob');
  await makeRole(iam(), 'oncall', { trusts: trust({ AWS: bob }) });
  await makeRole(iam(), 'AWSReservedSSO_OnCall_0123456789abcdef', {
    trusts: trust({ Federated: `arn:aws:iam::${OWN}:saml-provider/AWSSSO` }),
    path: '/aws-reserved/sso.amazonaws.com/',
  });
  await makeRole(iam(), 'deploy', { trusts: trust({ AWS: [alice, oncall, set] }) });
  audit.standIn.deny('sts:AssumeRole', deploy);
});

describe('a refusal shuts the way', () => {
  it.each([
    [null, unnamed],
    [
      'with an explicit deny in a service control policy',
      'an explicit deny of sts:AssumeRole in a service control policy',
    ],
    [
      'with an explicit deny in a resource control policy',
      'an explicit deny of sts:AssumeRole in a resource control policy',
    ],
    [
      'because no identity-based policy allows the sts:AssumeRole action',
      'no identity-based policy allows sts:AssumeRole',
    ],
    [
      'because no permissions boundary allows the sts:AssumeRole action',
      'no permissions boundary allows sts:AssumeRole',
    ],
    ['with an explicit deny in the role trust policy', 'an explicit deny of sts:AssumeRole in a role trust policy'],
  ])('of a user: %s', async (reason, words) => {
    audit.standIn.settings.assumeRoleReason = reason;
    expect(await tryAs()).toEqual(shut(words));
  });

  it('of a session of a permission set, which no policy is passed for, though no policy is named', async () => {
    expect(await tryAs(asRole('AWSReservedSSO_OnCall_0123456789abcdef'), [set])).toEqual(
      shut(unnamed, { principal: set }),
    );
  });

  it('of a session that STS names by its role', async () => {
    const message = `User: ${set} is not authorized to perform: sts:AssumeRole on resource: ${deploy}`;
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: denied(message) });
    const access = await tryAs(asRole('AWSReservedSSO_OnCall_0123456789abcdef'), [set]);
    expect(access).toEqual(shut(unnamed, { principal: set }));
  });

  it('of a session of another role only where a policy is named that binds every session', async () => {
    audit.standIn.settings.assumeRoleReason = 'because no permissions boundary allows the sts:AssumeRole action';
    const words = 'no permissions boundary allows sts:AssumeRole';
    expect(await tryAs(asRole('oncall'), [oncall])).toEqual(shut(words, { principal: oncall }));
  });

  it('and says who may mend a trust policy, and of no other policy that this helps', async () => {
    await makeUser(iam(), 'carol', {
      inline: { mend: allow('iam:UpdateAssumeRolePolicy'), assume: allow('sts:AssumeRole') },
    });
    const carol = `arn:aws:iam::${OWN}:user/carol`;
    await makeRole(iam(), 'deploy2', { trusts: trust({ AWS: carol }) });
    audit.standIn.deny('sts:AssumeRole', roleArn('deploy2'));
    const repairs = async (reason: string) => {
      audit.standIn.settings.assumeRoleReason = reason;
      const { known } = (await accessOf(audit, {
        people: [{ arn: carol }],
        stack: { breakGlass: [{ kind: 'role', arn: roleArn('deploy2') }] },
        expected: { probe: true },
        credentials: audit.standIn.account(OWN).userCredentials('carol'),
      })) as unknown as { known: { attempts: readonly { role: string; mayRepair: boolean }[] } };
      return known.attempts.find(({ role }) => role === roleArn('deploy2'))?.mayRepair;
    };
    expect(await repairs('because no role trust policy allows the sts:AssumeRole action')).toBe(true);
    expect(await repairs('with an explicit deny in a service control policy')).toBe(false);
  });
});

describe('a refusal that may be about this session or machine leaves the way open to question', () => {
  it.each([
    ['because no session policy allows the sts:AssumeRole action', 'no session policy allows sts:AssumeRole', passed],
    [
      'with an explicit deny in a VPC endpoint policy',
      'an explicit deny of sts:AssumeRole in a VPC endpoint policy',
      'the policy of a VPC endpoint binds only those who call through it',
    ],
    [
      'with an explicit deny in a gizmo policy',
      'an explicit deny of sts:AssumeRole in another policy',
      'that kind of policy is not known here',
    ],
  ])('%s', async (reason, words, doubt) => {
    audit.standIn.settings.assumeRoleReason = reason;
    expect(await tryAs()).toEqual(open(words, doubt));
    expect(await tryAs(asRole('oncall'), [oncall])).toEqual(open(words, doubt, oncall));
  });

  it('of a role that anybody may have made the session of, where no policy is named', async () => {
    expect(await tryAs(asRole('oncall'), [oncall])).toEqual(open(unnamed, `it may be that ${passed}`, oncall));
  });

  it('in words that AWS does not document, or about somebody else', async () => {
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: denied('Zugriff verweigert') });
    expect(await tryAs()).toMatchObject({
      gaps: [{ detail: expect.stringContaining('Zugriff verweigert; it has a form that AWS does not document') }],
    });
    const foreign = `User: ${bob} is not authorized to perform: sts:AssumeRole on resource: ${deploy}`;
    audit.standIn.faults.add({ operation: 'sts:AssumeRole', fault: denied(foreign) });
    expect(await tryAs()).toMatchObject({
      gaps: [{ detail: expect.stringContaining(`it names ${bob}, and the audit runs as ${alice}`) }],
    });
  });
});

describe('a refusal of somebody whose call the policies let in by the time', () => {
  const role = roleArn('late');
  const dave = `arn:aws:iam::${OWN}:user/dave`;
  const late = (more: object = {}) => ({
    Effect: 'Deny',
    Action: 'sts:*',
    Resource: '*',
    Condition: { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
    ...more,
  });
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

  /** Dave may assume `late`, and STS refuses him. */
  const daveTries = async (limits: { readonly boundary?: string; readonly inline?: string }, trusts?: string) => {
    const inline = { assume: limits.inline ?? allow('sts:AssumeRole') };
    await makeUser(iam(), 'dave', { inline, ...(limits.boundary === undefined ? {} : { boundary: limits.boundary }) });
    await makeRole(iam(), 'late', { trusts: trusts ?? trust({ AWS: dave }) });
    await makeAudited(audit, MANAGEMENT);
    audit.standIn.deny('sts:AssumeRole', role);
    return accessOf(audit, {
      people: [{ arn: dave }],
      accounts: [MANAGEMENT],
      stack: { namedRoles: known([named(role)]) },
      expected: { probe: true },
      credentials: audit.standIn.account(OWN).userCredentials('dave'),
    });
  };

  const limit = (type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY', statement: object) => {
    const organization = audit.standIn.createOrganization({ management: MANAGEMENT });
    organization.addAccount(OWN);
    const content = { Version: '2012-10-17', Statement: [statement] };
    organization.addPolicy({ name: 'late', type, content, targets: [OWN] });
  };

  it.each([
    [
      'the trust policy',
      async () =>
        daveTries(
          {},
          policy(late({ Principal: '*', Resource: undefined }), {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: dave },
          }),
        ),
    ],
    ['a policy of his own', async () => daveTries({ inline: policy(everything, late()) })],
    ['his boundary', async () => daveTries({ boundary: await makePolicy(iam(), 'limit', policy(everything, late())) })],
    [
      'an SCP',
      async () => {
        limit('SERVICE_CONTROL_POLICY', late());
        return daveTries({});
      },
    ],
    [
      'an RCP',
      async () => {
        limit('RESOURCE_CONTROL_POLICY', late({ Principal: '*' }));
        return daveTries({});
      },
    ],
  ])('leaves his way open to question: %s', async (_, tries) => {
    const detail = `${dave} on ${role}: ${what}${unnamed}; the policies ask for aws:currenttime, in which other calls may differ`;
    expect(await tries()).toMatchObject({ gaps: [{ cause: 'undecided', detail }] });
  });

  it('shuts his way where only other actions hang on it', async () => {
    const inline = policy(everything, late({ Action: 's3:*' }));
    expect(await daveTries({ inline })).toMatchObject({ known: { kind: 'closed' } });
  });
});

describe('beside a refusal', () => {
  const besides = async (credentials: AwsCredentials, person: string) => {
    await makeUser(iam(), 'eve', { inline: { assume: allow('sts:AssumeRole') } });
    const eve = `arn:aws:iam::${OWN}:user/eve`;
    await makeRole(iam(), 'glass', { trusts: trust({ AWS: [eve, person] }) });
    audit.standIn.deny('sts:AssumeRole', roleArn('glass'));
    return accessOf(audit, {
      people: [{ arn: person }, { arn: eve }],
      stack: { breakGlass: [{ kind: 'role', arn: roleArn('glass') }] },
      expected: { probe: true },
      credentials,
    });
  };

  it.each([
    ['certain', () => asAlice(), alice, `the audit runs as ${alice}; ${alice}: ${what}${unnamed}`],
    [
      'doubtful',
      () => asRole('oncall'),
      oncall,
      `the audit runs as arn:aws:sts::${OWN}:assumed-role/oncall/ann; ${oncall} on ${roleArn('glass')}: ${what}${unnamed}; it may be that ${passed}`,
    ],
  ])(
    'that is %s the way of somebody else stays open, and the refusal is said',
    async (_, credentials, person, because) => {
      expect(await besides(credentials(), person)).toMatchObject({
        known: {
          through: 'break-glass',
          ways: [{ principal: `arn:aws:iam::${OWN}:user/eve`, probe: { kind: 'not-probed', because } }],
        },
      });
    },
  );
});
