import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Chain, decideChain, MOST_HOPS } from '../../src/iam/chain.ts';
import type { AssumeContext } from '../../src/iam/question.ts';
import { HOME, policy, ROLE, trusts, USER } from './question.ts';

interface WorkedChain {
  readonly id: string;
  readonly why: string;
  readonly start: object;
  readonly hops: Chain['hops'];
  readonly expected: 'allowed' | 'denied' | 'conditional';
  readonly failsAtHop?: number;
  readonly maxSessionSeconds?: number;
  readonly requires?: readonly object[];
  readonly satisfiedBy?: Readonly<Record<string, AssumeContext>>;
}

const chains: readonly WorkedChain[] = JSON.parse(readFileSync(new URL('cases/chains.json', import.meta.url), 'utf8'));
const VERDICT = { allowed: 'yes', denied: 'no', conditional: 'conditional' } as const;
const HUB = `arn:aws:iam::${HOME}:role/hub`;
const start = { principalArn: USER, identityPolicies: [], context: {} };
const chainOf = (one: WorkedChain): Chain => ({ start: { ...start, ...one.start }, hops: one.hops });
const hop = (roleArn: string, by: string, condition?: object) => ({
  roleArn,
  trustPolicy: policy(trusts({ AWS: by }, condition ? { Condition: condition } : {})),
});

describe('worked chains', () => {
  test.each(chains.map((one) => [one.id, one.why, one] as const))('%s: %s', (_, __, one) => {
    const decision = decideChain(chainOf(one));
    expect(decision.verdict).toBe(VERDICT[one.expected]);
    expect(decision.failsAtHop).toBe(one.failsAtHop);
    if (one.maxSessionSeconds !== undefined) expect(decision.maxSessionSeconds).toBe(one.maxSessionSeconds);
    if (one.expected === 'conditional')
      expect(decision).toMatchObject({ requires: one.requires, satisfiedBy: one.satisfiedBy });
  });
});

test('what a chain asks for makes it a yes', () => {
  const hops = [
    hop(HUB, USER, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    hop(ROLE, HUB, { StringEquals: { 'sts:ExternalId': 'dr' } }),
  ] as const;
  const decision = decideChain({ start, hops });
  expect(decision).toMatchObject({
    verdict: 'conditional',
    requires: [
      { type: 'mfa', hop: 1 },
      { type: 'externalId', equals: 'dr', hop: 2 },
    ],
    satisfiedBy: { 1: { mfa: true }, 2: { externalId: 'dr' } },
  });
  const [first, second] = hops;
  const met = [
    { ...first, context: { mfa: true } },
    { ...second, context: { externalId: 'dr' } },
  ] as const;
  expect(decideChain({ start, hops: met }).verdict).toBe('yes');
});

test('a session that the second role names is to be named at the first hop', () => {
  const session = `arn:aws:sts::${HOME}:assumed-role/hub/alice`;
  const hops = [hop(HUB, USER), hop(ROLE, session)] as const;
  expect(decideChain({ start, hops })).toMatchObject({
    verdict: 'conditional',
    requires: [{ type: 'sessionName', equals: 'alice', hop: 1 }],
    satisfiedBy: { 1: { sessionName: 'alice' } },
  });
  const named = [{ ...hops[0], context: { sessionName: 'alice' } }, hops[1]] as const;
  expect(decideChain({ start, hops: named }).verdict).toBe('yes');
});

test('a source identity that one hop asks for binds the next: it needs sts:SetSourceIdentity there', () => {
  const asks = { StringEquals: { 'sts:SourceIdentity': 'alice' } };
  const both = { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] };
  const first = { roleArn: HUB, trustPolicy: policy(trusts({ AWS: USER }, { ...both, Condition: asks })) };
  expect(decideChain({ start, hops: [first, hop(ROLE, HUB)] })).toMatchObject({ verdict: 'no', failsAtHop: 2 });
  const second = { roleArn: ROLE, trustPolicy: policy(trusts({ AWS: HUB }, both)) };
  expect(decideChain({ start, hops: [first, second] }).verdict).toBe('conditional');
});

test('sessions: an hour in a chain, the role’s maximum otherwise, and a role that starts is a chain already', () => {
  const long = { ...hop(ROLE, USER), maxSessionDuration: 43_200 };
  expect(decideChain({ start, hops: [long] }).maxSessionSeconds).toBe(43_200);
  const byRole = { ...hop(ROLE, HUB), maxSessionDuration: 43_200 };
  expect(decideChain({ start: { ...start, principalArn: HUB }, hops: [byRole] }).maxSessionSeconds).toBe(3_600);
});

test('a chain without end is not followed', () => {
  const many = Array.from({ length: MOST_HOPS + 1 }, () => hop(ROLE, USER));
  expect(decideChain({ start, hops: many as unknown as Chain['hops'] }).verdict).toBe('unknown');
});

test.each<readonly [string, AssumeContext, object]>([
  ['time', { now: '2026-06-01T00:00:00Z' }, { DateLessThan: { 'aws:CurrentTime': '2026-07-01T00:00:00Z' } }],
  ['address', { sourceIp: '198.51.100.7' }, { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }],
  ['region', { requestedRegion: 'eu-west-1' }, { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }],
])('a later call is made at the %s of the first one', (_, context, condition) => {
  const hops = [hop(HUB, USER), hop(ROLE, HUB, condition)] as const;
  expect(decideChain({ start: { ...start, context }, hops }).verdict).toBe('yes');
  // Somewhere else and at another time the second call fails, or has to be made there first.
  const elsewhere = { now: '2026-08-01T00:00:00Z', sourceIp: '192.0.2.1', requestedRegion: 'us-east-1' };
  expect(decideChain({ start: { ...start, context: elsewhere }, hops }).verdict).toBe('no');
});
