import { describe, expect, it } from '@jest/globals';
import { createAnswers } from '../../src/facts/answers.ts';
import { deployRightsResolvers } from '../../src/facts/deploy-rights.ts';
import { resolve } from '../../src/facts/resolver.ts';
import { stackResolvers } from '../../src/facts/stack.ts';
import type { DeployRights, EmergencyAccess, PrincipalPolicies, Way } from '../../src/model/assumability.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Stack } from '../../src/model/subject.ts';
import { OTHER, OWN, useAudit } from '../waist/audit.ts';
import { alice, deploy, named, roleArn } from './emergency.ts';
import { allow, makePolicy, makeRole, makeUser, trust } from './people.ts';
import { factOf, stackOf } from './subjects.ts';

const glass = roleArn('break-glass');
const dns = roleArn('dns');
const spare = roleArn('spare');

const denied = unknown({ fact: 'principal.policies', cause: 'access-denied', detail: 'denied' });
const absent = known<PrincipalPolicies>({ kind: 'absent' });
const exists = (...identity: readonly string[]): Fact<PrincipalPolicies> =>
  known({ kind: 'exists', identity, boundary: null, tags: {} });

const admin = exists(allow('*'));
const reader = exists(allow('s3:Get*'));
const writer = exists(allow('s3:*'));
/** What is allowed of meshes of one name only, or of all: whether the one is short of the other nobody can say here. */
const mesh = (name: string) => exists(allow('appmesh:CreateMesh', `arn:aws:appmesh:*:*:mesh/${name}`));

const wayInto = (role: string): Way => ({
  role,
  principal: alice,
  via: [],
  requires: [],
  assumes: [],
  because: 'the trust policy names it',
  maxSessionSeconds: 3600,
  caveat: null,
  probe: null,
});
const opened = (through: 'deployment' | 'break-glass', ...roles: readonly [string, ...string[]]): EmergencyAccess => {
  const [first, ...rest] = roles;
  return { kind: 'open', through, ways: [wayInto(first), ...rest.map(wayInto)] };
};

interface World {
  readonly access?: Fact<EmergencyAccess>;
  readonly policies?: Readonly<Record<string, Fact<PrincipalPolicies>>>;
  readonly stack?: Partial<Stack>;
}

/** The fact where these are the answers to what it asks, with the ARNs whose policies it asked for. */
async function rightsIn({ access = known(opened('break-glass', glass)), policies = {}, stack = {} }: World) {
  const asked: string[] = [];
  const answers = createAnswers(
    [
      ...deployRightsResolvers,
      ...stackResolvers,
      resolve({ fact: 'stack.emergencyAccess', asks: [], calls: [], run: async () => access }),
      resolve({
        fact: 'principal.policies',
        asks: [],
        calls: [],
        run: async ({ arn }) => {
          asked.push(arn);
          return policies[arn] ?? denied;
        },
      }),
    ],
    {
      read: async () => {
        throw new Error('nothing is read');
      },
      asOf: '2026-11-23T12:00:00Z',
      expected: defaultExpectations,
    },
  );
  const subject = stackOf({ namedRoles: known([named(deploy)]), ...stack });
  const { fact } = await answers.answer('stack.deployRights', subject);
  return { fact, asked };
}

const rights = async (world: World): Promise<Fact<DeployRights>> => (await rightsIn(world)).fact;
const gap = (cause: string, ...details: readonly string[]) => ({
  gaps: [{ cause, ...(details[0] ? { detail: expect.stringContaining(details[0]) } : {}) }],
});

describe('stack.deployRights without policies', () => {
  it('of a stack whose deployment roles open are the same', async () => {
    const access = known(opened('deployment', deploy, dns, deploy));
    const stack = { namedRoles: known([named(deploy), named(dns)]) };
    expect(await rightsIn({ access, stack })).toEqual({
      fact: known({ kind: 'same', roles: [deploy, dns] }),
      asked: [],
    });
  });

  it('are the same where the break-glass role is the deployment role', async () => {
    const access = known(opened('break-glass', deploy));
    expect(await rightsIn({ access })).toEqual({ fact: known({ kind: 'same', roles: [deploy] }), asked: [] });
  });

  it.each<[string, EmergencyAccess]>([
    ['closed', { kind: 'closed', attempts: [{ role: deploy, principal: alice, because: 'no', mayRepair: false }] }],
    ['shut', { kind: 'shut', role: deploy, class: 'orchestrator-only', admits: [] }],
    ['missing', { kind: 'role-missing', role: deploy }],
    ['only planned', { kind: 'planned', plan: 'docs/glass.md', accepted: false }],
  ])('are nobody’s where the roles are %s', async (_, access) => {
    expect(await rightsIn({ access: known(access) })).toEqual({ fact: known({ kind: 'nobody' }), asked: [] });
  });

  it('are undecided where the team accepts a plan', async () => {
    const access = known<EmergencyAccess>({ kind: 'planned', plan: 'docs/glass.md', accepted: true });
    expect(await rights({ access })).toMatchObject(gap('undecided', 'only planned has no policies (docs/glass.md)'));
  });

  it('are the gap where it is not known who gets in', async () => {
    const access = unknown({ fact: 'stack.emergencyAccess', cause: 'throttled', detail: 'slow' });
    expect(await rights({ access })).toEqual(access);
  });
});

describe('stack.deployRights through a break-glass role', () => {
  it('are covered where it may do all that the deployment role may', async () => {
    expect(await rights({ policies: { [glass]: admin, [deploy]: writer } })).toEqual(
      known({
        kind: 'covered',
        role: glass,
        deployment: [deploy],
        because:
          'statement #1 of the identity-based policy 1 of role break-glass contains all that the policies of role deploy allow',
      }),
    );
  });

  it('fall short where it is read-only, with an action that shows it', async () => {
    expect(await rights({ policies: { [glass]: reader, [deploy]: writer } })).toEqual(
      known({
        kind: 'short',
        role: glass,
        deployment: deploy,
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::dr-audit-example/dr-audit-example',
        because: 'no statement of the identity-based policies allows s3:PutObject',
      }),
    );
  });

  it('fall short where its boundary does not allow it', async () => {
    const bounded = known<PrincipalPolicies>({
      kind: 'exists',
      identity: [allow('*')],
      boundary: allow('s3:Get*'),
      tags: {},
    });
    expect(await rights({ policies: { [glass]: bounded, [deploy]: writer } })).toMatchObject({
      known: { kind: 'short', because: 'no statement of the permissions boundary allows s3:PutObject' },
    });
  });

  it('are undecided where neither can be shown, with the statement', async () => {
    expect(await rights({ policies: { [glass]: mesh('a'), [deploy]: mesh('*') } })).toMatchObject({
      gaps: [
        {
          fact: 'stack.deployRights',
          cause: 'undecided',
          detail: expect.stringContaining('may allow appmesh:CreateMesh'),
          resource: deploy,
        },
      ],
    });
  });

  it('are compared with every role for applying, and with no other', async () => {
    const roles = [
      named(deploy),
      named(dns, 'apply'),
      named(roleArn('plan'), 'plan'),
      { ...named(roleArn('state')), use: 'state' as const },
      named(glass),
    ];
    const world = {
      policies: { [glass]: admin, [deploy]: writer, [dns]: reader },
      stack: { namedRoles: known(roles) },
    };
    const { fact, asked } = await rightsIn(world);
    expect(fact).toMatchObject({ known: { kind: 'covered', role: glass, deployment: [deploy, dns] } });
    expect(asked.sort()).toEqual([glass, deploy, dns].sort());
  });

  it.each<[string, Partial<Stack>, string]>([
    ['by no source', { namedRoles: known([]) }, 'no role that the stack applies with'],
    ['for planning only', { namedRoles: known([named(deploy, 'plan')]) }, 'no role that the stack applies with'],
    [
      'by an expression',
      {
        unnamedRoles: [
          { pattern: 'arn:aws:iam::${var.account}:role/x', location: { file: 'main.tf', line: 1, column: 1 } },
        ],
      },
      '${var.account}',
    ],
  ])('are a gap where the deployment role is named %s', async (_, stack, detail) => {
    const policies = { [glass]: admin, [deploy]: writer };
    expect(await rights({ policies, stack })).toMatchObject(gap('role-not-named', detail));
  });

  it('are the gap where the roles of the stack are not known', async () => {
    const namedRoles = unknown({ fact: 'stack.roles', cause: 'unparsable', detail: 'bad' });
    expect(await rights({ stack: { namedRoles } })).toEqual(namedRoles);
  });
});

describe('stack.deployRights where something is not known', () => {
  it.each<[string, Fact<PrincipalPolicies>, Fact<PrincipalPolicies>]>([
    ['the break-glass role', denied, writer],
    ['the deployment role', writer, denied],
  ])('are the gap of the policies of %s', async (_, own, wanted) => {
    expect(await rights({ policies: { [glass]: own, [deploy]: wanted } })).toEqual(denied);
  });

  it('are certain all the same where everything is covered', async () => {
    expect(await rights({ policies: { [glass]: admin, [deploy]: denied } })).toMatchObject({
      known: { kind: 'covered' },
    });
  });

  it.each<[string, Fact<PrincipalPolicies>, Fact<PrincipalPolicies>]>([
    [glass, absent, writer],
    [deploy, writer, absent],
  ])('are undecided where %s does not exist', async (arn, own, wanted) => {
    expect(await rights({ policies: { [glass]: own, [deploy]: wanted } })).toMatchObject(
      gap('undecided', `${arn} does not exist`),
    );
  });

  it('fall short where one of two certainly does, whatever the other is', async () => {
    const stack = {
      namedRoles: known([named(dns), named(deploy)]),
      unnamedRoles: [{ pattern: '${var.role}', location: { file: 'main.tf', line: 1, column: 1 } }],
    };
    expect(await rights({ policies: { [glass]: reader, [deploy]: writer }, stack })).toMatchObject({
      known: { kind: 'short', deployment: deploy },
    });
  });

  it('are a gap where one of two is covered and the other not known', async () => {
    const stack = { namedRoles: known([named(dns), named(deploy)]) };
    expect(await rights({ policies: { [glass]: writer, [deploy]: reader }, stack })).toEqual(denied);
  });

  it('are undecided where the roles are in different accounts, and nothing is asked', async () => {
    const stack = { namedRoles: known([named(roleArn('deploy', OTHER))]) };
    const { fact, asked } = await rightsIn({ policies: { [glass]: admin }, stack });
    expect(fact).toMatchObject(gap('undecided', 'are in different accounts'));
    expect(asked).toEqual([]);
  });
});

describe('stack.deployRights of several break-glass roles', () => {
  const stack = {
    breakGlass: [
      { kind: 'role', arn: glass },
      { kind: 'role', arn: spare },
    ],
  } as const;

  it('are undecided where the one that opens falls short, and the other does not', async () => {
    const policies = { [glass]: reader, [spare]: admin, [deploy]: writer };
    expect(await rights({ policies, stack })).toMatchObject(gap('undecided', spare));
  });

  it('are undecided where the other one is not known, or is the deployment role', async () => {
    expect(await rights({ policies: { [glass]: reader, [deploy]: writer }, stack })).toMatchObject(
      gap('undecided', spare),
    );
    const breakGlass = [...stack.breakGlass.slice(0, 1), { kind: 'role', arn: deploy } as const];
    expect(await rights({ policies: { [glass]: reader, [deploy]: writer }, stack: { breakGlass } })).toMatchObject(
      gap('undecided', deploy),
    );
  });

  it('fall short where all of them do', async () => {
    const policies = { [glass]: reader, [spare]: reader, [deploy]: writer };
    expect(await rights({ policies, stack })).toMatchObject({ known: { kind: 'short', role: glass } });
  });

  it('are covered by the one that opens, whatever the other may', async () => {
    const { fact, asked } = await rightsIn({ policies: { [glass]: admin, [deploy]: writer }, stack });
    expect(fact).toMatchObject({ known: { kind: 'covered', role: glass } });
    expect(asked).not.toContain(spare);
  });
});

describe('stack.deployRights as IAM answers', () => {
  const audit = useAudit();
  const orchestrator = trust({ AWS: 'arn:aws:iam::324880187172:root' });

  it.each([
    ['covered', '*'],
    ['short', 'ec2:Describe*'],
  ])('are %s by a role that Alice may assume, with %s', async (kind, action) => {
    const { iam } = audit.connect();
    await makeUser(iam, 'alice', { inline: { a: allow('sts:AssumeRole') } });
    const attached = [await makePolicy(iam, 'deploy', allow('ec2:*'))];
    await makeRole(iam, 'deploy', { trusts: orchestrator, attached });
    await makeRole(iam, 'break-glass', { trusts: trust({ AWS: alice }), inline: { a: allow(action) } });
    const stack = stackOf({
      namedRoles: known([named(deploy)]),
      emergencyPrincipals: [{ arn: alice }],
      breakGlass: [{ kind: 'role', arn: roleArn('break-glass', OWN) }],
    });
    expect(await factOf(audit, 'stack.deployRights', stack)).toMatchObject({ known: { kind, role: glass } });
  });
});
