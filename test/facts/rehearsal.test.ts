import { describe, expect, it } from '@jest/globals';
import { rehearsalResolvers } from '../../src/facts/rehearsal.ts';
import type { Admitted, Drill, EmergencyAccess, Rehearsal, RoleAdmits } from '../../src/model/assumability.ts';
import type { Expectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import { AT, OTHER, OWN } from '../waist/audit.ts';
import { answered, concluded, gapIn, openBy, roleArn, shutAccesses, userArn, wayOf } from './fabricated.ts';
import { stackOf } from './subjects.ts';

const DAY = 86_400_000;
const [deploy, oncall, ann] = [roleArn('deploy'), roleArn('ops/oncall'), userArn('ann')];
const SETS = `arn:aws:iam::${OWN}:role/aws-reserved/sso.amazonaws.com`;
const session = (role: string, account = OWN) => `arn:aws:sts::${account}:assumed-role/${role}/ann@example.com`;

/** So many days before the audit. */
const ago = (days: number): string => new Date(AT.getTime() - days * DAY).toISOString();

const drill = (days: number, changes: Partial<Drill> = {}): Drill => ({
  at: ago(days),
  by: ann,
  verdict: 'pass',
  file: `drills/${days}.json`,
  ...changes,
});

const admitted = (kind: Admitted['kind'], principal = `${kind} principal`): Admitted => ({
  kind,
  label: `the ${kind}`,
  principal,
  statement: '#1',
  expired: null,
});

const admits = (...who: readonly Admitted[]): Fact<RoleAdmits> =>
  known({ kind: 'exists', class: 'people', admitted: who, doubts: [] });

const byAnn = admits(admitted('named-principal', ann));

interface World {
  readonly access?: Fact<EmergencyAccess>;
  readonly principals?: readonly string[];
  readonly drills?: readonly Drill[] | Fact<readonly Drill[]>;
  /** By role ARN: when it was last used, and whom it admits. Not asked for elsewhere. */
  readonly used?: Readonly<Record<string, string | null>>;
  readonly admits?: Readonly<Record<string, Fact<RoleAdmits>>>;
  readonly expected?: Partial<Expectations>;
}

/** What the resolver makes of a world in which Ann gets into `deploy`, unless it says otherwise. */
function rehearsal(world: World): Promise<Fact<Rehearsal>> {
  const { access = openBy(wayOf()), principals = [ann], drills = [], used = {}, admits: whom = {} } = world;
  const trust = answered('role.trust', ({ arn }) => {
    const at = used[arn];
    if (at === 'gap') return gapIn('role.trust');
    const lastUsed = at ? { at, region: 'eu-west-1' } : null;
    return known({ kind: 'exists', arn, trustPolicy: {}, maxSessionSeconds: 3600, lastUsed });
  });
  const admitting = answered('role.admits', ({ arn }) => {
    const answer = whom[arn];
    if (answer === undefined) throw new Error(`whom ${arn} admits decides nothing here`);
    return answer;
  });
  return concluded(
    [...rehearsalResolvers, answered('stack.emergencyAccess', () => access), trust, admitting],
    'stack.rehearsal',
    stackOf({
      emergencyPrincipals: principals.map((arn) => ({ arn })),
      drills: 'known' in drills || 'gaps' in drills ? drills : known(drills),
    }),
    world.expected,
  );
}

const seenIn = async (world: World): Promise<string> => {
  const fact = await rehearsal(world);
  return 'known' in fact && fact.known.kind === 'untested' ? fact.known.seen : `not untested: ${JSON.stringify(fact)}`;
};

const causesIn = (fact: Fact<Rehearsal>): readonly string[] | Rehearsal =>
  'gaps' in fact ? fact.gaps.map(({ fact: of, cause }) => `${of}: ${cause}`) : fact.known;

describe('a drill that counts', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['the user who is named', ann, [userArn('bob'), ann]],
    ['a session that is named', session('oncall'), [session('oncall')]],
    [
      'a session of Identity Center’s role',
      session('AWSReservedSSO_On_Call_0011223344556677'),
      [`${SETS}/eu-west-1/AWSReservedSSO_On_Call_0011223344556677`],
    ],
    ...['/*', '*', '/eu-west-1', ''].map(
      (place) =>
        [
          `a session of a role of the permission set, named by a pattern with ${JSON.stringify(place)}`,
          session('AWSReservedSSO_On_Call_ffeeddccbbaa9988'),
          [`${SETS}${place}/AWSReservedSSO_On_Call_*`],
        ] as const,
    ),
  ])('is by %s', async (_, by, principals) => {
    const one = drill(3, { by });
    expect(await rehearsal({ principals, drills: [one] })).toEqual(known({ kind: 'drilled', drill: one, ageDays: 3 }));
  });

  it('is by a session of the role that is named, whatever its path, unless the orchestrator can be in it', async () => {
    const world = { principals: [oncall], drills: [drill(3, { by: session('oncall') })] };
    for (const kind of ['named-principal', 'saml', 'own-account', 'oidc', 'wildcard'] as const)
      expect(await rehearsal({ ...world, admits: { [oncall]: admits(admitted(kind)) } })).toMatchObject({
        known: { kind: 'drilled' },
      });
    for (const kind of ['orchestrator-account', 'orchestrator-oidc', 'self-hosted-orchestrator', 'worker'] as const)
      expect(await seenIn({ ...world, admits: { [oncall]: admits(admitted('saml'), admitted(kind)) } })).toContain(
        `does not count: it was made as ${oncall}, which does not tell by whom: the ${kind} can assume it`,
      );
    const unread = await rehearsal({ ...world, admits: { [oncall]: gapIn('role.admits') } });
    expect(causesIn(unread)).toEqual(['role.admits: access-denied']);
  });

  it('is by a session of the role that opens, or of one on the way, where people alone can be in it', async () => {
    const access = openBy(wayOf({ via: [roleArn('hub')] }));
    const whom = { [deploy]: byAnn, [roleArn('hub')]: byAnn };
    for (const role of ['deploy', 'hub']) {
      const one = drill(3, { by: session(role) });
      expect(await rehearsal({ access, admits: whom, drills: [one] })).toMatchObject({ known: { kind: 'drilled' } });
    }
    const shared = { [deploy]: admits(admitted('named-principal', ann), admitted('orchestrator-account')) };
    expect(await seenIn({ drills: [drill(3, { by: session('deploy') })], admits: shared })).toContain(
      `the orchestrator-account can assume ${deploy}`,
    );
  });

  it('is no older than the config says, in whole days', async () => {
    const whole = async (ms: number, days: number) => {
      const drills = [drill(0, { at: new Date(AT.getTime() - ms).toISOString() })];
      const fact = await rehearsal({ drills, expected: { drillMaxAgeDays: days } });
      return 'known' in fact && fact.known.kind === 'drilled' ? fact.known.ageDays : fact;
    };
    expect(await whole(30 * DAY, 30)).toBe(30);
    expect(await whole(31 * DAY - 1, 30)).toBe(30);
    expect(await whole(31 * DAY, 30)).toMatchObject({ known: { kind: 'untested' } });
    expect(await whole(31 * DAY, 31)).toBe(31);
  });

  it('may be a day ahead, as clocks are, and no more', async () => {
    expect(await rehearsal({ drills: [drill(-1)] })).toMatchObject({ known: { kind: 'drilled', ageDays: 0 } });
    const at = new Date(AT.getTime() + DAY + 1).toISOString();
    expect(await seenIn({ drills: [drill(0, { at })] })).toContain('it is dated ahead of this audit');
  });
});

describe('a drill that does not count', () => {
  const oncallSet = `${SETS}/*/AWSReservedSSO_OnCall_*`;
  it.each<readonly [string, string, readonly string[]]>([
    ['another user', userArn('bob'), [ann]],
    ['a user of that name under another path', userArn('ops/ann'), [ann]],
    ['the same user of another account', `arn:aws:iam::${OTHER}:user/ann`, [ann]],
    ['a session of a role that is named like the user', session('ann'), [ann]],
    ['a session of another role', session('oncall2'), [oncall]],
    ['a session of that role in another account', session('oncall', OTHER), [oncall]],
    ['a session in another partition', session('oncall').replace('arn:aws:', 'arn:aws-cn:'), [oncall]],
    ['another session than the one that is named', session('oncall').replace('ann@', 'bob@'), [session('oncall')]],
    ['a session of another permission set', session('AWSReservedSSO_OnCall_Dev_0011223344556677'), [oncallSet]],
    ['a permission set of another account', session('AWSReservedSSO_OnCall_0011223344556677', OTHER), [oncallSet]],
    [
      'a permission set that is named with the suffix of another assignment',
      session('AWSReservedSSO_OnCall_0011223344556677'),
      [`${SETS}/AWSReservedSSO_OnCall_ffeeddccbbaa9988`],
    ],
    ['a role that is named nearly like the pattern', session('AWSReservedSSO_OnCall'), [oncallSet]],
    ['the root user', `arn:aws:iam::${OWN}:root`, [ann]],
    ['nobody who is known', 'an unknown caller', [ann]],
    ['anybody, where nobody is named', ann, []],
  ])('is by %s', async (_, by, principals) => {
    expect(await seenIn({ principals, drills: [drill(3, { by })] })).toBe(
      `the drill of 2026-11-20 (drills/3.json) does not count: it was made by ${by}, who is none of the emergency principals; ` +
        `IAM has not seen ${deploy} in use in 400 days`,
    );
  });

  it('came to no verdict: it neither passes nor takes an older pass away', async () => {
    const none = drill(1, { verdict: 'unknown' });
    expect(await seenIn({ drills: [none] })).toContain('it came to no verdict');
    expect(await rehearsal({ drills: [none, drill(5)] })).toMatchObject({ known: { kind: 'drilled', ageDays: 5 } });
  });
});

describe('of several drills', () => {
  it('the newest that counts decides, in whatever order they are', async () => {
    const failed = drill(2, { verdict: 'fail' });
    const foreign = drill(1, { by: userArn('bob') });
    const orders = [
      [failed, drill(9), foreign],
      [foreign, failed, drill(9)],
      [drill(9), foreign, failed],
    ];
    for (const drills of orders)
      expect(await rehearsal({ drills })).toEqual(known({ kind: 'drill-failed', drill: failed }));
    const after = drill(1.5);
    expect(await rehearsal({ drills: [failed, after] })).toMatchObject({ known: { kind: 'drilled', drill: after } });
  });

  it('of the same time, one that failed decides', async () => {
    const failed = drill(2, { verdict: 'fail' });
    for (const drills of [
      [failed, drill(2)],
      [drill(2), failed],
    ])
      expect(await rehearsal({ drills })).toMatchObject({ known: { kind: 'drill-failed' } });
  });

  it('a newer one that may count leaves it open only where it says something else', async () => {
    const principals = [ann, oncall];
    const whom = { [oncall]: gapIn('role.admits') };
    const newer = (verdict: Drill['verdict']) => drill(1, { by: session('oncall'), verdict });
    const both = (one: Drill, other: Drill) => rehearsal({ principals, admits: whom, drills: [one, other] });
    expect(await both(newer('pass'), drill(5))).toMatchObject({ known: { kind: 'drilled', ageDays: 5 } });
    expect(causesIn(await both(newer('fail'), drill(5)))).toEqual(['role.admits: access-denied']);
    expect(causesIn(await both(newer('pass'), drill(5, { verdict: 'fail' })))).toEqual(['role.admits: access-denied']);
    expect(await both(newer('fail'), drill(5, { verdict: 'fail' }))).toMatchObject({ known: { kind: 'drill-failed' } });
  });

  it('an older one that may count does not matter', async () => {
    const older = drill(5, { by: session('oncall'), verdict: 'fail' });
    const world = { principals: [ann, oncall], admits: { [oncall]: gapIn('role.admits') } };
    expect(await rehearsal({ ...world, drills: [drill(1), older] })).toMatchObject({ known: { ageDays: 1 } });
  });

  it('one that is too old says nothing, whatever it came to', async () => {
    for (const verdict of ['pass', 'fail'] as const)
      expect(await seenIn({ drills: [drill(91, { verdict })] })).toBe(
        `the last drill ${verdict === 'pass' ? 'passed' : 'failed'} on 2026-08-24, 91 days before this audit (drills/91.json); ` +
          `IAM has not seen ${deploy} in use in 400 days`,
      );
  });
});

describe('the last use of the role', () => {
  const used = { [deploy]: ago(7) };

  it.each<readonly [string, readonly Admitted[]]>([
    ['a user', [admitted('named-principal', ann)]],
    ['SSO and SAML', [admitted('sso', `${SETS}/AWSReservedSSO_a_0f`), admitted('saml')]],
    ['people and somebody who was deleted', [admitted('named-principal', ann), admitted('deleted-principal')]],
  ])('is proof where the role admits %s only', async (_, who) => {
    expect(await rehearsal({ used, admits: { [deploy]: admits(...who) } })).toEqual(
      known({ kind: 'used', role: deploy, at: ago(7), ageDays: 7 }),
    );
  });

  it.each<Admitted['kind']>([
    'orchestrator-account',
    'orchestrator-oidc',
    'self-hosted-orchestrator',
    'worker',
    'oidc',
    'service',
    'own-account',
    'other-account',
    'wildcard',
  ])('is none where it admits people and %s', async (kind) => {
    const whom = { [deploy]: admits(admitted('named-principal', ann), admitted(kind)) };
    expect(await seenIn({ used, admits: whom })).toBe(
      `no drill is on record; the use of ${deploy} on 2026-11-16 proves nothing: the ${kind} can assume ${deploy}`,
    );
  });

  it('is not known to be one where it is not certain whom the role admits, unless a machine is among them', async () => {
    const doubtful = (kind: Admitted['kind']) =>
      known({ kind: 'exists', class: 'people', admitted: [admitted(kind)], doubts: ['it denies'] } as const);
    expect(await rehearsal({ used, admits: { [deploy]: doubtful('saml') } })).toEqual({
      gaps: [
        {
          fact: 'stack.rehearsal',
          cause: 'undecided',
          detail: `whether people alone can assume ${deploy}: it denies`,
          resource: deploy,
        },
      ],
    });
    expect(await seenIn({ used, admits: { [deploy]: doubtful('oidc') } })).toContain('proves nothing');
  });

  it('is none where a role that is named admits the orchestrator, however far that is followed', async () => {
    const named = (name: string) => admitted('named-principal', roleArn(name));
    const [hub, outer] = [roleArn('hub'), roleArn('outer')];
    const ci = admits(admitted('orchestrator-oidc'));
    const behind = (whom: Readonly<Record<string, Fact<RoleAdmits>>>) =>
      seenIn({ used, admits: { [deploy]: admits(named('hub')), ...whom } });
    expect(await behind({ [hub]: ci })).toContain(`the orchestrator-oidc can assume ${hub}`);
    expect(await behind({ [hub]: admits(named('outer')), [outer]: ci })).toContain(`can assume ${outer}`);
    expect(await behind({ [hub]: admits(named('outer')), [outer]: admits(named('more')) })).toContain(
      `whether people alone can assume ${outer}: more roles lead to it than are followed`,
    );
    const people = { [deploy]: admits(named('hub')), [hub]: admits(named('deploy'), admitted('saml')) };
    expect(await rehearsal({ used, admits: people })).toMatchObject({ known: { kind: 'used' } });
  });

  it('follows a session that is named to its role, whose path the session’s ARN leaves out', async () => {
    const whom = {
      [deploy]: admits(admitted('named-principal', session('oncall'))),
      [roleArn('oncall')]: known({ kind: 'absent', instead: oncall } as const),
      [oncall]: admits(admitted('worker')),
    };
    expect(await seenIn({ used, admits: whom })).toContain(`the worker can assume ${oncall}`);
  });

  it('is not asked after where it is too long ago, or there is none', async () => {
    expect(await seenIn({ used: { [deploy]: ago(91) } })).toBe(
      `no drill is on record; ${deploy} was last used on 2026-08-24, 91 days before this audit`,
    );
    expect(await seenIn({})).toBe(`no drill is on record; IAM has not seen ${deploy} in use in 400 days`);
  });

  it('must be there for every role that applying needs, and the longest ago stands for all', async () => {
    const dns = roleArn('dns');
    const access = openBy(wayOf(), wayOf({ role: dns }));
    const whom = { [deploy]: byAnn, [dns]: byAnn };
    expect(await rehearsal({ access, admits: whom, used: { ...used, [dns]: ago(20) } })).toMatchObject({
      known: { kind: 'used', role: dns, ageDays: 20 },
    });
    expect(await seenIn({ access, admits: whom, used })).toContain(`IAM has not seen ${dns}`);
  });

  it('does not outweigh a drill that failed in time, and stands in for one that is too old', async () => {
    const whom = { [deploy]: byAnn };
    const failed = (days: number) => [drill(days, { verdict: 'fail' })];
    expect(await rehearsal({ used, admits: whom, drills: failed(30) })).toMatchObject({
      known: { kind: 'drill-failed' },
    });
    expect(await rehearsal({ used, admits: whom, drills: failed(100) })).toMatchObject({ known: { kind: 'used' } });
  });
});

describe('nobody', () => {
  it.each(shutAccesses)('gets in where access is $kind, whatever is on record', async (access) => {
    expect(await rehearsal({ access: known(access), drills: [drill(1)] })).toEqual(known({ kind: 'nobody' }));
  });
});

describe('what could not be read', () => {
  const access = gapIn('stack.emergencyAccess');
  const drills = unknown({ fact: 'stack.rehearsal', cause: 'undecided', detail: 'a.json could not be read' });
  const shut = { used: { [deploy]: null } };

  it('of the access leaves a drill that passed as it is', async () => {
    expect(await rehearsal({ access, drills: [drill(1)] })).toMatchObject({ known: { kind: 'drilled' } });
  });

  it.each<readonly [string, readonly Drill[]]>([
    ['no drill', []],
    ['a drill that failed', [drill(1, { verdict: 'fail' })]],
    ['a drill by a role that may be the one that opens', [drill(1, { by: session('deploy') })]],
    ['one that passed before such a drill failed', [drill(1, { by: session('deploy'), verdict: 'fail' }), drill(2)]],
  ])('of the access decides where there is %s', async (_, given) => {
    expect(await rehearsal({ access, drills: given })).toEqual(access);
  });

  it('of the drills decides, unless the use of the role is proof', async () => {
    expect(causesIn(await rehearsal({ drills, ...shut }))).toEqual(['stack.rehearsal: undecided']);
    expect(await rehearsal({ drills, used: { [deploy]: ago(1) }, admits: { [deploy]: byAnn } })).toMatchObject({
      known: { kind: 'used' },
    });
  });

  it('of the role decides where no drill does', async () => {
    const unread = { used: { [deploy]: 'gap' } } as const;
    expect(causesIn(await rehearsal(unread))).toEqual(['role.trust: access-denied']);
    expect(await rehearsal({ ...unread, drills: [drill(1)] })).toMatchObject({ known: { kind: 'drilled' } });
    const whom = { [deploy]: gapIn('role.admits') };
    expect(causesIn(await rehearsal({ used: { [deploy]: ago(1) }, admits: whom }))).toEqual([
      'role.admits: access-denied',
    ]);
  });

  it('of one role behind another does not decide where a machine is behind a third', async () => {
    const named = (name: string) => admitted('named-principal', roleArn(name));
    const whom = {
      [deploy]: admits(named('a'), named('b')),
      [roleArn('a')]: gapIn('role.admits'),
      [roleArn('b')]: admits(admitted('service')),
    };
    expect(await seenIn({ used: { [deploy]: ago(1) }, admits: whom })).toContain(
      `the service can assume ${roleArn('b')}`,
    );
  });
});
