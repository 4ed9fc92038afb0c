import type { Access } from './access.ts';
import { parseArn, sessionOf } from './arn.ts';
import type { Policies } from './policies.ts';
import type { ConditionTest } from './policy.ts';
import { expand } from './variables.ts';
import { ANY, type Glyph } from './wildcard.ts';

/** What some policy compares a condition key with. */
export interface Literal {
  readonly operator: string;
  /** The values of the same test, as written. */
  readonly values: readonly string[];
  readonly text: string;
  /** Wildcards only where the operator has them. */
  readonly pattern: readonly Glyph[];
}

/** What the policies of a question ask of the condition keys, by key in lower case. */
export interface Asked {
  readonly literals: ReadonlyMap<string, readonly Literal[]>;
  /** Keys on whose values more hangs than the literals: a variable that cannot be filled in, or is filled in with them. */
  readonly beyond: ReadonlySet<string>;
  /** How a key's name after the slash is written, by key in lower case: the names of tags are compared without regard to case. */
  readonly spelling: ReadonlyMap<string, string>;
  /** Sessions that a Principal element names. */
  readonly sessions: readonly { readonly role: string; readonly session: string }[];
}

/** A value for a key that only has to be there. */
export const ANY_VALUE = 'dr-audit';

const hasWildcards = (operator: string) => /Like|Arn/.test(operator);

/** Keys that stand in variables: `${sts:RoleSessionName}`. In lower case. */
export const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{\s*([^,}\s]+)/g)].flatMap(([, key]) => (key ? [key.toLowerCase()] : []));

function literalsOf({ operator, values }: ConditionTest, variables: boolean, access: Access): readonly Literal[] {
  // `Null` compares with nothing: any value does.
  if (operator === 'Null') return [{ operator, values: [], text: ANY_VALUE, pattern: Array.from(ANY_VALUE) }];
  return values.flatMap((value) => {
    const filled = expand(value, variables, access);
    if (filled.kind !== 'text') return [];
    const text = filled.text;
    return [{ operator, values, text, pattern: hasWildcards(operator) ? filled.pattern : Array.from(text) }];
  });
}

/** Reads all conditions of all policies that may have a say, variables filled in as far as they are known in a context. */
export function askedBy({ trust, identity, boundary, session, scps, rcps }: Policies, access: Access): Asked {
  const literals = new Map<string, Literal[]>();
  const beyond = new Set<string>();
  const spelling = new Map<string, string>();
  const own = [boundary, session].filter((one) => one !== null);
  for (const { policy } of [trust, ...identity, ...own, ...scps.flat(), ...rcps]) {
    if (policy.kind !== 'policy') continue;
    for (const { condition, resource } of policy.statements) {
      for (const key of (resource?.patterns ?? []).flatMap(variablesIn)) beyond.add(key);
      for (const test of condition) {
        const key = test.key.toLowerCase();
        const found = literals.get(key) ?? [];
        spelling.set(key, test.key.slice(test.key.indexOf('/') + 1));
        literals.set(key, [...found, ...literalsOf(test, policy.variables, access)]);
        for (const variable of policy.variables ? test.values.flatMap(variablesIn) : []) {
          beyond.add(variable);
          if (found.length + test.values.length > 0) beyond.add(key);
        }
      }
    }
  }
  return { literals, beyond, spelling, sessions: sessionsIn(trust) };
}

function sessionsIn({ policy }: Policies['trust']): Asked['sessions'] {
  if (policy.kind !== 'policy') return [];
  const entries = policy.statements.flatMap(({ principal }) => principal?.entries ?? []);
  return entries.flatMap(({ value }) => {
    const arn = parseArn(value);
    return (arn && sessionOf(arn)) ?? [];
  });
}

/** A text that matches a pattern and reads like one that somebody would choose. */
export const sampleOf = (pattern: readonly Glyph[], filler: string): string =>
  pattern.map((glyph) => (glyph === ANY ? filler : typeof glyph === 'string' ? glyph : 'x')).join('');

/** Whether a pattern has a wildcard. */
export const isWild = (pattern: readonly Glyph[]): boolean => pattern.some((glyph) => typeof glyph !== 'string');
