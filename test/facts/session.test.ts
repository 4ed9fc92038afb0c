import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sessionResolvers } from '../../src/facts/session.ts';
import type { EmergencyAccess } from '../../src/model/assumability.ts';
import { type Fact, known } from '../../src/model/fact.ts';
import { OWN } from '../waist/audit.ts';
import { answered, concluded, gapIn, openBy, roleArn, shutAccesses, userArn, wayOf } from './fabricated.ts';
import { stackOf } from './subjects.ts';

const session = (access: Fact<EmergencyAccess>) =>
  concluded([...sessionResolvers, answered('stack.emergencyAccess', () => access)], 'stack.session', stackOf());

const lasting = (seconds: number, chained: boolean, role = roleArn('deploy')) =>
  known({ kind: 'session', seconds, role, chained });

describe('stack.session', () => {
  it('is the maximum of the role for a user who assumes it', async () => {
    expect(await session(openBy(wayOf({ maxSessionSeconds: 43_200 })))).toEqual(lasting(43_200, false));
    expect(await session(openBy(wayOf({ maxSessionSeconds: 3_600 })))).toEqual(lasting(3_600, false));
  });

  // STS API reference, AssumeRole: role chaining limits the session to one hour, whatever the role's MaxSessionDuration.
  it.each([
    ['a role', { principal: roleArn('oncall') }],
    ['a role of Identity Center', { principal: roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Oncall_0f') }],
    ['a session', { principal: `arn:aws:sts::${OWN}:assumed-role/oncall/ann` }],
    ['a user who goes through another role', { via: [roleArn('hub')] }],
    ['a role that goes through another', { principal: roleArn('oncall'), via: [roleArn('hub')] }],
  ])('is one hour for %s, and for that the maximum need not be known', async (_, changes) => {
    for (const maxSessionSeconds of [3_600, 43_200, null])
      expect(await session(openBy(wayOf({ ...changes, maxSessionSeconds })))).toEqual(lasting(3_600, true));
  });

  it('is a gap where the maximum was not read and decides', async () => {
    const gap = { gaps: [{ fact: 'stack.session', cause: 'unexpected-answer', resource: roleArn('deploy') }] };
    expect(await session(openBy(wayOf({ maxSessionSeconds: null })))).toMatchObject(gap);
    const longer = wayOf({ role: roleArn('dns'), maxSessionSeconds: 7_200 });
    expect(await session(openBy(wayOf({ maxSessionSeconds: null }), longer))).toMatchObject(gap);
  });

  it('is known where another way is as short as the one that was not read can be', async () => {
    const hour = wayOf({ role: roleArn('dns'), maxSessionSeconds: 3_600 });
    expect(await session(openBy(wayOf({ maxSessionSeconds: null }), hour))).toEqual(
      lasting(3_600, false, roleArn('dns')),
    );
  });

  it('is that of nobody where nobody gets in', async () => {
    for (const access of shutAccesses) expect(await session(known(access))).toEqual(known({ kind: 'nobody' }));
  });

  it('is not known where access is not', async () => {
    const access = gapIn('stack.emergencyAccess');
    expect(await session(access)).toEqual(access);
  });

  it('is the shortest of several, and its role is the one that has it', async () => {
    const way = fc.record({
      role: fc.constantFrom('a', 'b', 'c').map(roleArn),
      principal: fc.constantFrom(userArn('ann'), roleArn('oncall')),
      via: fc.constantFrom([], [roleArn('hub')]),
      maxSessionSeconds: fc.integer({ min: 3_600, max: 43_200 }),
    });
    await fc.assert(
      fc.asyncProperty(way, fc.array(way, { maxLength: 4 }), async (first, more) => {
        const ways = [first, ...more].map(wayOf);
        const fact = await session(openBy(wayOf(first), ...more.map(wayOf)));
        const one = 'known' in fact && fact.known.kind === 'session' ? fact.known : undefined;
        const capped = (each: (typeof ways)[number]) => each.via.length > 0 || each.principal.includes(':role/');
        const lengthOf = (each: (typeof ways)[number]) => (capped(each) ? 3_600 : (each.maxSessionSeconds ?? 0));
        expect(one?.seconds).toBe(Math.min(...ways.map(lengthOf)));
        expect(ways.some((each) => each.role === one?.role && lengthOf(each) === one.seconds)).toBe(true);
      }),
    );
  });
});
