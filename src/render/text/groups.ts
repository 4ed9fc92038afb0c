import type { Finding } from '../../model/finding.ts';
import type { Gap, GapCause } from '../../model/gap.ts';
import type { Severity } from '../../model/rule.ts';

/** Findings that say the same thing, printed once with their stacks. */
export interface Group {
  readonly finding: Finding;
  readonly findings: readonly Finding[];
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Worst severity first, then by rule. */
export const worstFirst = (a: Finding, b: Finding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

/** Whether a finding can keep its stack from being ready. */
export const isBlocking = ({ severity }: Finding): boolean => severity === 'critical' || severity === 'high';

/** Items by key, in the order in which the keys first appear. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, ...T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].map(([key, members]) => [key, ...members]);
}

/** Findings of one rule joined where message and fix are the same. */
export function sameMessage(findings: readonly Finding[]): readonly Group[] {
  return groupBy(findings, ({ message, fix }) => JSON.stringify([message, fix])).flatMap(([, ...members]) => {
    const [finding] = members;
    return finding ? [{ finding, findings: members }] : [];
  });
}

/** Everything that one cause keeps from being known. */
export interface Blindness {
  readonly cause: GapCause;
  readonly gaps: readonly Gap[];
  readonly findings: readonly Finding[];
}

/** Unknown findings by cause, the cause with the most findings first; a finding with two causes counts under both. */
export function byCause(findings: readonly Finding[]): readonly Blindness[] {
  const pairs = findings.flatMap((finding) => finding.gaps.map((gap) => ({ finding, gap })));
  return groupBy(pairs, ({ gap }) => gap.cause)
    .flatMap(([, ...members]) => {
      const [first] = members;
      if (!first) return [];
      const gaps = [...new Map(members.map(({ gap }) => [gap.detail, gap])).values()];
      return [{ cause: first.gap.cause, gaps, findings: [...new Set(members.map(({ finding }) => finding))] }];
    })
    .sort((a, b) => b.findings.length - a.findings.length);
}

/** The different values, in the order in which they first appear. */
export const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** `1 stack`, `3 stacks`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The first few of a list, and how many more there are. */
export const listed = (items: readonly string[], most: number): readonly string[] =>
  items.length <= most ? items : [...items.slice(0, most - 1), `and ${items.length - most + 1} more`];
