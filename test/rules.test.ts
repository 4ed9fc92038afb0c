import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { rules } from '../rules/index.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import type { FactName } from '../src/model/catalogue.ts';
import { defaultExpectations, type Expectations } from '../src/model/expectations.ts';
import { known } from '../src/model/fact.ts';
import type { GapCause } from '../src/model/gap.ts';
import type { Rule, Scalar } from '../src/model/rule.ts';
import { type Answers, answering, everything, gapFact, lists, sample, subjectOf } from './evaluate/samples.ts';

/** One case of a rule's cases.json. */
interface Case {
  readonly name: string;
  /** Fields of the sample subject that are different here; of a copy, `at: "replica"` is the one at the replica. */
  readonly subject?: Readonly<Record<string, unknown>>;
  /** What the team demands here, over the defaults. */
  readonly expected?: Partial<Expectations>;
  readonly facts: Readonly<Record<string, { readonly known: unknown } | { readonly gap: GapCause }>>;
  readonly expect: {
    readonly verdict: 'pass' | 'fail' | 'unknown' | 'not-applicable';
    readonly message?: string;
    readonly data?: Readonly<Record<string, Scalar>>;
    readonly cause?: GapCause;
  };
}

const text = { type: 'string', minLength: 1 } as const;
const only = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const areCases = new Ajv({ allowUnionTypes: true }).compile<readonly Case[]>({
  type: 'array',
  items: only(
    {
      name: text,
      subject: { type: 'object' },
      expected: only(Object.fromEntries(Object.keys(defaultExpectations).map((name) => [name, {}])), []),
      facts: {
        type: 'object',
        minProperties: 1,
        additionalProperties: { oneOf: [only({ known: {} }, ['known']), only({ gap: text }, ['gap'])] },
      },
      expect: only(
        {
          verdict: { enum: ['pass', 'fail', 'unknown', 'not-applicable'] },
          message: text,
          data: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
          cause: text,
        },
        ['verdict'],
      ),
    },
    ['name', 'facts', 'expect'],
  ),
});

function casesIn(id: string): readonly Case[] {
  const file = new URL(`../rules/${id}/cases.json`, import.meta.url);
  if (!existsSync(file)) return [];
  const cases: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!areCases(cases)) throw new Error(`rules/${id}/cases.json: ${JSON.stringify(areCases.errors, null, 2)}`);
  return cases;
}

/** Serves the facts of a case and the lists that lead to its subject; throws for anything that the rule did not declare. */
function answersOf({ facts }: Case, rule: Rule, reached: Answers): Answers {
  return (fact, subject) => {
    const given = facts[fact];
    if (!rule.needs.includes(fact)) return reached(fact, subject);
    if (!given) throw new Error(`the case does not say what ${fact} is`);
    return 'known' in given ? known(given.known) : gapFact(fact, given.gap);
  };
}

async function run(rule: Rule, one: Case) {
  let judged = 0;
  const watched: Rule = {
    ...rule,
    judge(facts, subject, expected) {
      judged += 1;
      return rule.judge(facts, subject, expected);
    },
  };
  const given = sample(rule.about, one.subject);
  const answer = answering(answersOf(one, rule, lists(given)));
  const expected = { ...defaultExpectations, ...one.expected };
  const verdicts = await evaluate({ stacks: [given.stack], rules: [watched], selection: everything, expected }, answer);
  return { verdicts, judged, subject: subjectOf(given, rule.about) };
}

const folders = readdirSync(new URL('../rules/', import.meta.url), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const byId = new Map(rules.map((rule) => [rule.id, rule]));
const suites = [...new Set([...folders, ...byId.keys()])].sort().map((id) => ({
  id,
  rule: byId.get(id),
  cases: casesIn(id),
}));
const ran = new Set<string>();

describe.each(suites)('rules/$id', ({ id, rule, cases }) => {
  it('is a registered rule with cases', () => {
    expect({ registered: rule !== undefined, cases: cases.length > 0 }).toEqual({ registered: true, cases: true });
  });

  if (!rule) return;

  for (const one of cases) {
    it(one.name, async () => {
      expect(Object.keys(one.facts).sort()).toEqual([...rule.needs].sort());
      const { verdicts, judged, subject } = await run(rule, one);
      const [verdict, ...others] = verdicts;
      if (!verdict) throw new Error('the engine said nothing');
      expect(others).toEqual([]);
      expect(verdict.verdict).toBe(one.expect.verdict);
      expect(verdict.subject).toEqual(subject);
      expect(`${verdict.message} ${verdict.fix}`).not.toMatch(/\{\{|undefined|\[object/);

      const causes = Object.values(one.facts).flatMap((fact) => ('gap' in fact ? [fact.gap] : []));
      if (causes.length > 0) {
        expect(verdict.verdict).toBe('unknown');
        expect(judged).toBe(0);
        expect(verdict.gaps.map(({ cause }) => cause).sort()).toEqual([...causes].sort());
        if (one.expect.cause) expect(causes).toContain(one.expect.cause);
      } else {
        expect(judged).toBe(1);
        expect(verdict.gaps).toEqual([]);
        if (one.expect.message) expect(verdict.messageId).toBe(one.expect.message);
        if (one.expect.data) expect(verdict.data).toEqual(one.expect.data);
      }
      // The verdict rests on what was asked for it, and on nothing else.
      expect([...verdict.observed.keys()].sort()).toEqual([...rule.needs].sort() satisfies readonly FactName[]);
      ran.add(`${id}: ${one.name}`);
    });
  }
});

it('ran every case of every folder', () => {
  const all = suites.flatMap(({ id, cases }) => cases.map(({ name }) => `${id}: ${name}`));
  expect([...ran].sort()).toEqual(all.sort());
  expect(ran.size).toBeGreaterThan(0);
});
