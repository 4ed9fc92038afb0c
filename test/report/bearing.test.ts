import { describe, expect, it } from '@jest/globals';
import type { Verdicted } from '../../src/evaluate/evaluate.ts';
import type { Scenario } from '../../src/model/rule.ts';
import type { Subject } from '../../src/model/subject.ts';
import { bearing, bearsOn } from '../../src/report/bearing.ts';
import { sample } from '../evaluate/samples.ts';
import { ruleNamed, verdictOf } from './samples.ts';

const { stack, state, replica, role, copy: own } = sample();
const { copy: copied } = sample('copy', { at: 'replica' });
const both = ruleNamed('state-retention', { scenarios: ['orchestrator-loss', 'region-loss'] });

const all: readonly Scenario[] = ['orchestrator-loss', 'region-loss'];
const regionOnly: readonly Scenario[] = ['region-loss'];

describe('a verdict of a rule that bears on both disasters', () => {
  it.each<readonly [string, Subject, readonly Scenario[]]>([
    ['the stack', stack, all],
    ['the bucket of the state', state.bucket, all],
    ['the state', state, all],
    ['the state object', state.object, all],
    ['a role', role, all],
    ['the place that is written to', own, all],
    ['a replica', replica, regionOnly],
    ['a copy at a replica', copied, regionOnly],
  ])('about %s', (_, subject, expected) => {
    expect(all.filter((scenario) => bearsOn({ rule: both, subject }, scenario))).toEqual(expected);
  });
});

it('a verdict bears on no disaster that its rule does not bear on', () => {
  const about = (scenarios: readonly [Scenario], subject: Subject) =>
    all.filter((scenario) => bearsOn({ rule: ruleNamed('one', { scenarios }), subject }, scenario));
  expect(about(['orchestrator-loss'], own)).toEqual(['orchestrator-loss']);
  expect(about(['region-loss'], own)).toEqual(['region-loss']);
  expect(about(['orchestrator-loss'], copied)).toEqual([]);
  expect(about(['region-loss'], copied)).toEqual(['region-loss']);
});

describe('a list of copies that is not known', () => {
  const verdict = (subject: Subject, rule = both): Verdicted => ({
    ...verdictOf({ stack, rule, verdict: 'unknown' }),
    subject,
  });
  const ofStack = verdict(stack);
  const bears = (...others: readonly Verdicted[]) => bearing([ofStack, ...others])(ofStack);

  it('bears on both, where not even the place of the state was judged', () => {
    expect(bears()).toEqual(all);
    expect(bears(verdict(copied))).toEqual(all);
  });

  it('bears on the region alone, where that place was judged: what is missing are replicas', () => {
    expect(bears(verdict(own))).toEqual(regionOnly);
    expect(bears(verdict(copied), verdict(own))).toEqual(regionOnly);
  });

  it('bears on both, where another rule or another stack has that place', () => {
    expect(bears(verdict(own, ruleNamed('state-key-survives', { scenarios: ['region-loss'] })))).toEqual(all);
    const other = sample('stack', { id: 'stacks/dns' }).stack;
    expect(bears({ ...verdict(own), stack: other })).toEqual(all);
  });

  it('takes nothing from the place itself', () => {
    expect(bearing([ofStack, verdict(own)])(verdict(own))).toEqual(all);
  });
});
