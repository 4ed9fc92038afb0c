import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { FactName } from '../../src/model/catalogue.ts';
import { type Fact, known, unknown } from '../../src/model/fact.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { JudgedKind, Stack } from '../../src/model/subject.ts';
import { type Answers, answering, countingRule, gapFact, gapOf, lists, plainly, sample, subjectOf } from './samples.ts';

const given = sample();
const reached = lists(given);

/** What the engine makes of one rule about the sample's stack. */
const judge = (rule: Rule, answers: Answers, stack: Stack = given.stack) =>
  evaluate({ stacks: [stack], rules: [rule], ...plainly }, answering(answers));

const serving =
  (facts: Readonly<Record<string, Fact<unknown>>>): Answers =>
  (fact, subject) =>
    facts[fact] ?? reached(fact, subject);

describe('the needs gate', () => {
  const needs = ['bucket.location', 'bucket.versioning', 'state.object'] as const;
  const combinations = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    needs.map((fact, index) => ({ fact, gap: (bits >> index) % 2 === 1 })),
  );

  it.each(
    combinations.map(
      (combination) => [combination.filter(({ gap }) => gap).map(({ fact }) => fact), combination] as const,
    ),
  )('gaps: %j', async (gaps, combination) => {
    const { rule, calls } = countingRule('state', needs);
    const facts = Object.fromEntries(
      combination.map(({ fact, gap }) => [fact, gap ? gapFact(fact, 'access-denied') : known(`value of ${fact}`)]),
    );
    const verdicts = await judge(rule, serving(facts));
    const blind = gaps.length > 0;
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([blind ? 'unknown' : 'pass']);
    expect(verdicts[0]?.gaps.map(({ fact }) => fact)).toEqual(gaps);
    expect(calls.map(({ facts: handed }) => [...handed])).toEqual(
      blind ? [] : [needs.map((fact) => [fact, `value of ${fact}`])],
    );
    // The calls behind the facts that were read are shown in either case.
    expect([...(verdicts[0]?.observed.keys() ?? [])].sort()).toEqual([...needs].sort());
  });

  it('says unknown although a fact that is known would decide', async () => {
    const { rule, calls } = countingRule('bucket', ['bucket.location', 'bucket.versioning']);
    const facts = {
      'bucket.location': known({ kind: 'absent' }),
      'bucket.versioning': gapFact('bucket.versioning', 'throttled'),
    };
    const [verdict] = await judge(rule, serving(facts));
    expect({ verdict: verdict?.verdict, called: calls.length }).toEqual({ verdict: 'unknown', called: 0 });
  });

  it('hands over a value that is null, empty or false: absent is not unreadable', async () => {
    for (const value of [null, '', 0, false, []]) {
      const { rule, calls } = countingRule('bucket', ['bucket.versioning']);
      const [verdict] = await judge(rule, serving({ 'bucket.versioning': known(value) }));
      expect(verdict?.verdict).toBe('pass');
      expect(calls[0]?.facts.get('bucket.versioning')).toEqual(value);
    }
  });

  it('carries a gap of another fact upward unchanged, and says the same gap once', async () => {
    const denied = gapOf('bucket.location', 'access-denied', 'HeadBucket: 403');
    const { rule } = countingRule('state', ['bucket.versioning', 'bucket.replication', 'state.object']);
    const facts = {
      'bucket.versioning': unknown(denied),
      'bucket.replication': unknown({ ...denied }),
      'state.object': gapFact('state.object', 'unreachable'),
    };
    const [verdict] = await judge(rule, serving(facts));
    expect(verdict?.gaps).toEqual([denied, gapOf('state.object', 'unreachable')]);
    expect(verdict?.message.match(/HeadBucket: 403/g)).toHaveLength(1);
    expect(verdict?.messageId).toBe('access-denied');
    expect(verdict?.fix).toContain('s3:GetBucketVersioning');
  });

  it('shows every gap of a fact that has several', async () => {
    const gaps = [gapOf('bucket.location', 'access-denied'), gapOf('principal.policies', 'not-recorded')] as const;
    const { rule } = countingRule('state', ['state.coverage']);
    const [verdict] = await judge(rule, serving({ 'state.coverage': unknown(...gaps) }));
    expect(verdict?.gaps).toEqual(gaps);
  });
});

describe('a judgement', () => {
  const { rule } = countingRule('bucket', ['bucket.versioning']);
  const facts = serving({ 'bucket.versioning': known(null) });

  it('takes its verdict, text and fix from the message', async () => {
    const failing = { ...rule, judge: () => ({ message: 'bad', data: { what: 'this {{what}}' } }) };
    expect(await judge(failing, facts)).toMatchObject([
      { verdict: 'fail', messageId: 'bad', message: 'this {{what}} is bad', fix: 'mend it', gaps: [] },
    ]);
  });

  it('has no fix when there is nothing to fix', async () => {
    expect(await judge(rule, facts)).toMatchObject([{ verdict: 'pass', fix: null }]);
  });

  it('with a message that the rule does not declare is a bug, never a verdict', async () => {
    const broken = { ...rule, judge: () => ({ message: 'nowhere', data: {} }) };
    await expect(judge(broken, facts)).rejects.toThrow('rule about-bucket has no message nowhere');
  });

  it('of a fact that the subject does not lead to is a bug, never a verdict', async () => {
    const broken = countingRule('bucket', ['state.coverage']).rule;
    await expect(judge(broken, serving({ 'state.coverage': known(null) }))).rejects.toThrow(
      'state.coverage is not reachable from a bucket',
    );
  });
});

describe('the subjects of a rule', () => {
  const kinds: readonly (readonly [JudgedKind, FactName])[] = [
    ['stack', 'stack.custody'],
    ['state', 'state.coverage'],
    ['bucket', 'bucket.versioning'],
    ['object', 'object.status'],
    ['replica', 'bucket.versioning'],
    ['role', 'role.trust'],
  ];
  const listOf: readonly (readonly [JudgedKind, FactName])[] = [
    ['state', 'stack.states'],
    ['bucket', 'stack.states'],
    ['object', 'stack.states'],
    ['replica', 'stack.states'],
    ['replica', 'state.replicas'],
    ['role', 'stack.roles'],
  ];
  const needOf = new Map(kinds);

  it.each(kinds)('about a %s are reached from the stack', async (about, need) => {
    const { rule, calls } = countingRule(about, [need]);
    const verdicts = await judge(rule, serving({ [need]: known(null) }));
    expect(verdicts.map(({ subject }) => subject)).toEqual([subjectOf(given, about)]);
    expect(calls.map(({ subject }) => subject)).toEqual([subjectOf(given, about)]);
  });

  it.each(listOf)('about a %s are not applicable when %s is empty', async (about, list) => {
    const { rule, calls } = countingRule(about, [needOf.get(about) ?? 'stack.custody']);
    const [verdict, ...others] = await judge(rule, serving({ [list]: known([]) }));
    expect(others).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'not-applicable', messageId: 'nothing-to-judge', fix: null, gaps: [] });
    expect(verdict?.subject).toBe(given.stack);
    // Positive proof: the list that was read.
    expect([...(verdict?.observed.keys() ?? [])]).toContain(list);
    expect(calls).toEqual([]);
  });

  it.each(listOf)('about a %s are one unknown of the stack when %s is a gap', async (about, list) => {
    const { rule, calls } = countingRule(about, [needOf.get(about) ?? 'stack.custody']);
    const [verdict, ...others] = await judge(rule, serving({ [list]: gapFact(list, 'backend-incomplete') }));
    expect(others).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'unknown', gaps: [gapOf(list, 'backend-incomplete')] });
    expect(verdict?.subject).toBe(given.stack);
    expect([...(verdict?.observed.keys() ?? [])]).toContain(list);
    expect(calls).toEqual([]);
  });

  it('get one finding each', async () => {
    const roles = ['one', 'two', 'three'].map((name) => ({
      ...given.role,
      arn: `arn:aws:iam::111111111111:role/${name}`,
    }));
    const { rule } = countingRule('role', ['role.trust']);
    const answers: Answers = (fact, subject) => {
      if (fact === 'stack.roles') return known(roles);
      return subject.kind === 'role' && subject.arn.endsWith('two') ? gapFact(fact, 'access-denied') : known(null);
    };
    const verdicts = await judge(rule, answers);
    expect(verdicts.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      [roles[0], 'pass'],
      [roles[1], 'unknown'],
      [roles[2], 'pass'],
    ]);
  });

  it('about a replica need one list per state; what is known of them is judged, and a gap in one of them is said', async () => {
    const other = { ...sample('state', { object: { key: 'dns/terraform.tfstate' } }).state, stack: given.stack };
    const { rule } = countingRule('replica', ['bucket.versioning']);
    const answers: Answers = (fact, subject) => {
      if (fact === 'stack.states') return known([given.state, other]);
      if (fact === 'state.replicas') return subject === other ? gapFact(fact, 'access-denied') : known([given.replica]);
      return known(null);
    };
    expect(await judge(rule, answers)).toMatchObject([
      { verdict: 'pass', subject: given.replica },
      { verdict: 'unknown', subject: given.stack, gaps: [{ fact: 'state.replicas', cause: 'access-denied' }] },
    ]);
  });

  it('about a copy are every place that is known, and an unknown where there may be more', async () => {
    const { rule } = countingRule('copy', ['bucket.versioning']);
    const unseen = [gapOf('state.replicas', 'access-denied')];
    const answers: Answers = (fact) => {
      if (fact === 'stack.states') return known([given.state]);
      return known(fact === 'state.copies' ? { places: [given.copy], unseen } : null);
    };
    expect(await judge(rule, answers)).toMatchObject([
      { verdict: 'pass', subject: given.copy },
      { verdict: 'unknown', subject: given.stack, gaps: unseen },
    ]);
  });

  it('are asked through their own links: the bucket of a replica is not that of its state', async () => {
    const asked: [FactName, unknown][] = [];
    const { rule } = countingRule('replica', ['bucket.versioning', 'object.status', 'state.coverage']);
    await judge(rule, (fact, subject) => {
      if (rule.needs.includes(fact)) asked.push([fact, subject]);
      return rule.needs.includes(fact) ? known(null) : reached(fact, subject);
    });
    expect(asked).toEqual([
      ['bucket.versioning', given.replica.bucket],
      ['object.status', given.replica.object],
      ['state.coverage', given.state],
    ]);
    expect(given.replica.bucket).not.toEqual(given.state.bucket);
  });
});

describe('a rule that is not selected', () => {
  it('is unknown about the stack with the cause not-asked, and nothing is asked for it', async () => {
    const asked = countingRule('bucket', ['bucket.versioning'], 'asked');
    const left = countingRule('role', ['role.trust'], 'left-out');
    const verdicts = await evaluate(
      {
        stacks: [given.stack],
        rules: [left.rule, asked.rule],
        ...plainly,
        selection: { selected: ({ id }) => id === 'asked', reason: 'left out by --skip' },
      },
      answering((fact, subject) =>
        fact === 'bucket.versioning' ? known(null) : fact === 'stack.states' ? reached(fact, subject) : undefined,
      ),
    );
    expect(verdicts).toMatchObject([
      {
        verdict: 'unknown',
        rule: { id: 'left-out' },
        subject: given.stack,
        messageId: 'not-asked',
        gaps: [{ fact: 'role.trust', cause: 'not-asked', detail: 'left out by --skip' }],
        fix: null,
      },
      { verdict: 'pass', rule: { id: 'asked' } },
    ]);
    expect(verdicts[0]?.observed.size).toBe(0);
    expect([left.calls.length, asked.calls.length]).toEqual([0, 1]);
  });
});

describe('the order of verdicts', () => {
  const stacks = ['stacks/a', 'stacks/b', 'stacks/c'].map((id) => sample('stack', { id, path: id }));
  const rules = [
    countingRule('stack', ['stack.custody'], 'first').rule,
    countingRule('role', ['role.trust'], 'second').rule,
    countingRule('bucket', ['bucket.versioning', 'bucket.location'], 'third').rule,
  ];

  it('is that of stacks and rules, however late each answer comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { minLength: 30, maxLength: 30 }), async (ticks) => {
        let turn = 0;
        const prompt = answering((fact, subject) => {
          const own = stacks.find(({ stack }) => stack === subject) ?? given;
          return lists(own)(fact, subject) ?? known(null);
        });
        const late: typeof prompt = async (fact, subject) => {
          const wait = ticks[turn++ % ticks.length] ?? 0;
          for (let tick = 0; tick < wait; tick += 1) await Promise.resolve();
          return prompt(fact, subject);
        };
        const verdicts = await evaluate({ stacks: stacks.map(({ stack }) => stack), rules, ...plainly }, late);
        expect(verdicts.map(({ stack, rule }) => `${stack.id} ${rule.id}`)).toEqual(
          stacks.flatMap(({ stack }) => rules.map(({ id }) => `${stack.id} ${id}`)),
        );
      }),
    );
  });

  it('leaves out nothing: every rule speaks about every stack', async () => {
    const answers: Answers = (fact) =>
      fact === 'stack.states' ? known([]) : fact === 'stack.roles' ? gapFact(fact, 'role-not-named') : known(null);
    const verdicts = await evaluate(
      { stacks: stacks.map(({ stack }) => stack), rules, ...plainly },
      answering(answers),
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(stacks.flatMap(() => ['pass', 'unknown', 'not-applicable']));
  });

  it('is empty without stacks, and asks nothing', async () => {
    const answer = answering(() => undefined);
    expect(await evaluate({ stacks: [], rules, ...plainly }, answer)).toEqual([]);
  });
});
