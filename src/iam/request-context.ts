import type { Access } from './access.ts';
import { ABSENT, type Presence, SOME, value } from './presence.ts';

/**
 * What is known of the condition keys of a call; their names are compared in lower case. A key with a value has it, a key
 * among the absent is not in the call, one that is both may be either, and one that is neither decides nothing.
 */
export interface RequestContext {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly absent?: readonly string[];
}

/** Both of two contexts; where both have a value, the later's counts. */
export const together = (first: RequestContext, later: RequestContext): RequestContext => ({
  values: { ...first.values, ...later.values },
  absent: [...(first.absent ?? []), ...(later.absent ?? [])],
});

/** Reads condition keys off a context; every key that it does not list may be absent or have any value. */
export function reading({ values, absent = [] }: RequestContext): Access['presences'] {
  const given = new Map(
    Object.entries(values).map(([key, known]): [string, Presence] => [
      key.toLowerCase(),
      typeof known === 'string' ? value(known) : { is: 'values', values: known },
    ]),
  );
  const missing = new Set(absent.map((key) => key.toLowerCase()));
  return (key) => {
    const name = key.toLowerCase();
    const known = given.get(name);
    if (known) return missing.has(name) ? [ABSENT, known] : [known];
    return missing.has(name) ? [ABSENT] : [ABSENT, SOME];
  };
}
