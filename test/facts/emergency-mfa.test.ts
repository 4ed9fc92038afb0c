import { describe, expect, it } from '@jest/globals';
import { decideWithDevices } from '../../src/facts/emergency-mfa.ts';
import type { Context } from '../../src/facts/resolver.ts';
import type { Decision } from '../../src/iam/decide.ts';
import type { MfaDevices } from '../../src/model/assumability.ts';
import { defaultExpectations } from '../../src/model/expectations.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Requirement } from '../../src/model/requirement.ts';
import { alice, deploy, roleArn } from './emergency.ts';

const statements = [] as const;
const yes: Decision = { verdict: 'yes', because: 'named', statements, assumes: [] };
const no: Decision = { verdict: 'no', because: 'not named', statements };
const open: Decision = { verdict: 'unknown', because: 'who knows', missing: [], resolveBy: '' };
const taking = (...requires: readonly [Requirement, ...Requirement[]]): Decision => ({
  verdict: 'conditional',
  because: 'named',
  statements,
  assumes: [],
  requires,
  satisfiedBy: {},
});
const mfa = taking({ type: 'mfa' });
const id = taking({ type: 'externalId', equals: 'dr' });
const both = taking({ type: 'externalId', equals: 'dr' }, { type: 'mfa', maxAgeSeconds: 300 });

const virtual: Fact<MfaDevices> = known({ codes: ['arn:aws:iam::111111111111:mfa/alice'], securityKeys: 0 });
const key: Fact<MfaDevices> = known({ codes: [], securityKeys: 1 });
const none: Fact<MfaDevices> = known({ codes: [], securityKeys: 0 });
const unread: Fact<MfaDevices> = unknown({ fact: 'principal.mfa', cause: 'access-denied', detail: 'no' });

/** Decides as it is told, by whether the question says that there is no MFA. */
async function decided(answers: { asked: Decision; without: Decision }, devices: Fact<MfaDevices>, arn = alice) {
  let asks = 0;
  const context: Context<'principal.mfa', never> = {
    // The one fact that may be asked.
    ask: (async () => {
      asks += 1;
      return devices;
    }) as unknown as Context<'principal.mfa', never>['ask'],
    read: () => Promise.reject(new Error('nothing is read')),
    gap: (unsaid) => unknown({ fact: 'stack.emergencyAccess', ...unsaid }) as never,
    asOf: '2026-11-23T12:00:00.000Z',
    expected: defaultExpectations,
  };
  const question = { roleArn: deploy, trustPolicy: {}, principalArn: arn, identityPolicies: [], context: {} };
  const fact = await decideWithDevices(question, { principal: { kind: 'principal', arn } }, context, (one) =>
    one.context.mfa === false ? answers.without : answers.asked,
  );
  return { fact, asks };
}

describe('the devices of a user', () => {
  it.each([
    ['yes whatever is brought', yes, yes],
    ['no whatever is brought', no, no],
    ['something else is brought', id, id],
    ['nothing can be said, with a code or without', open, open],
  ])('are not asked for: %s', async (_, asked, without) => {
    expect(await decided({ asked, without }, unread)).toEqual({ fact: known(asked), asks: 0 });
  });

  it('are not asked for when a role calls', async () => {
    const { fact, asks } = await decided({ asked: mfa, without: no }, unread, roleArn('oncall'));
    expect({ fact, asks }).toEqual({ fact: known(mfa), asks: 0 });
  });

  it.each([
    ['a code is needed, and there is a device for it', mfa, no, virtual, known(mfa)],
    ['a code and an id are needed, and there is a device', both, no, virtual, known(both)],
    ['without a device there is another way', mfa, id, none, known(id)],
    ['without a device it is not certain', mfa, open, none, known(open)],
    ['what cannot be read does not matter when there is another way', mfa, id, unread, known(id)],
    ['a code is needed, and the devices are not known', mfa, no, unread, unread],
    ['what is unknown is certainly no without a code', open, no, none, null],
    ['what is unknown stays so with a code', open, no, virtual, known(open)],
    ['what is unknown stays so when the devices are not known', open, no, unread, known(open)],
  ])('decide: %s', async (_, asked, without, devices, expected) => {
    const { fact, asks } = await decided({ asked, without }, devices);
    expect(asks).toBe(1);
    if (expected === null) expect(fact).toMatchObject({ known: { verdict: 'no' } });
    else expect(fact).toEqual(expected);
  });

  it('are named in the refusal', async () => {
    const because = async (devices: Fact<MfaDevices>) => {
      const { fact } = await decided({ asked: mfa, without: no }, devices);
      return 'known' in fact ? fact.known.because : fact;
    };
    expect(await because(none)).toBe('not named; the user has no MFA device that gives codes');
    expect(await because(key)).toBe('not named; the user has security keys only, which give no code for the API');
  });
});
