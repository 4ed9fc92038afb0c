import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { rules } from '../rules/index.ts';
import { operations } from '../src/aws/operations.ts';
import { resolvers } from '../src/facts/index.ts';
import type { Rule } from '../src/model/rule.ts';

const folder = (id: string) => fileURLToPath(new URL(`../rules/${id}`, import.meta.url));
const headings = ['What it asks', 'Why it matters in a disaster', 'How to fix', 'What it cannot see', 'Sources'];
const verdicts = ['pass', 'fail', 'unknown'];

interface Case {
  readonly name: string;
  readonly expect: { readonly verdict: string; readonly message?: string };
}

const isCase = (value: unknown): value is Case =>
  typeof Object(value).name === 'string' && typeof Object(Object(value).expect).verdict === 'string';

function casesOf(id: string): readonly Case[] {
  const cases: unknown = JSON.parse(readFileSync(`${folder(id)}/cases.json`, 'utf8'));
  if (!Array.isArray(cases) || !cases.every(isCase)) throw new Error(`rules/${id}/cases.json is not a list of cases`);
  return cases;
}

/** The sections of a README as heading and text. */
const sectionsOf = (id: string): readonly (readonly [string, string])[] =>
  readFileSync(`${folder(id)}/README.md`, 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      return [heading.trim(), text.join('\n').trim()];
    });

describe('the registry', () => {
  const ids = rules.map(({ id }) => id);

  test('holds the rules that have a folder, sorted by id', () => {
    const folders = readdirSync(folder(''), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    expect(ids).toEqual(folders);
    expect(ids.length).toBeGreaterThan(0);
  });

  test('takes each rule from the folder of its id', () => {
    const registry = readFileSync(folder('index.ts'), 'utf8');
    const imported = [...registry.matchAll(/from '\.\/([^/']+)\/rule\.ts'/g)].map(([, name]) => name);
    expect(imported).toEqual(ids);
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('rules/%s', (id, rule: Rule) => {
  test('has the three files', () => {
    expect(['rule.ts', 'README.md', 'cases.json'].filter((name) => !existsSync(`${folder(id)}/${name}`))).toEqual([]);
    expect(readFileSync(`${folder(id)}/rule.ts`, 'utf8')).toContain(`id: '${id}'`);
  });

  test('has a title of at most 80 characters and a reason of at most 400', () => {
    expect(rule.title).toMatch(/^\S(.{0,78}\S)?$/);
    expect(rule.why).toMatch(/^\S(.{0,398}\S)?$/);
  });

  test('has messages that say something, and a fix for each failure', () => {
    const silent = Object.entries(rule.messages).filter(
      ([, message]) => message.text.trim() === '' || (message.verdict === 'fail' && message.fix.trim() === ''),
    );
    expect(silent.map(([messageId]) => messageId)).toEqual([]);
  });

  test('has a README with every section, in order, none empty', () => {
    const sections = sectionsOf(id);
    expect(sections.map(([heading]) => heading)).toEqual(headings);
    expect(sections.filter(([, text]) => text === '').map(([heading]) => heading)).toEqual([]);
  });

  test('has cases.json with at least one pass, one fail and one unknown, named apart', () => {
    const cases = casesOf(id);
    const seen = new Set(cases.map(({ expect: { verdict } }) => verdict));
    expect(verdicts.filter((verdict) => !seen.has(verdict))).toEqual([]);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test('has a case for every message', () => {
    const exercised = new Set(casesOf(id).map(({ expect: { message } }) => message));
    expect(Object.keys(rule.messages).filter((messageId) => !exercised.has(messageId))).toEqual([]);
  });
});

describe('the facts', () => {
  const byFact = new Map<string, (typeof resolvers)[number]>(resolvers.map((resolver) => [resolver.fact, resolver]));

  /** The first cycle that is reached from a fact, as the path that closes it. */
  function cycleFrom(fact: string, path: readonly string[] = []): readonly string[] {
    if (path.includes(fact)) return [...path.slice(path.indexOf(fact)), fact];
    for (const asked of byFact.get(fact)?.asks ?? []) {
      const cycle = cycleFrom(asked, [...path, fact]);
      if (cycle.length > 0) return cycle;
    }
    return [];
  }

  test('are answered by one resolver each', () => {
    expect(byFact.size).toBe(resolvers.length);
  });

  test('that a rule needs, or a resolver asks, have a resolver', () => {
    const wanted = [...rules.flatMap(({ needs }) => needs), ...resolvers.flatMap(({ asks }) => asks)];
    expect([...new Set(wanted)].filter((fact) => !byFact.has(fact))).toEqual([]);
  });

  // Answers are memoised promises: on a cycle each would wait for the other for ever.
  test('do not ask each other in a circle', () => {
    expect(resolvers.map(({ fact }) => cycleFrom(fact)).filter((cycle) => cycle.length > 0)).toEqual([]);
  });

  test('rest on calls that are in the table of operations', () => {
    const calls = new Set<string>(resolvers.flatMap((resolver) => resolver.calls));
    expect([...calls].filter((call) => !Object.hasOwn(operations, call))).toEqual([]);
    expect(calls.size).toBeGreaterThan(0);
  });
});

test.each(Object.entries(operations))('%s is a read, under the name of its service', (name, { service }) => {
  expect(name).toMatch(new RegExp(`^${service}:(Get|Head|List|Describe)[A-Z]|^sts:AssumeRole$`));
});
