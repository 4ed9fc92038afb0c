import type { Ruling, StatementRef } from './ruling.ts';
import type { Undecided } from './truth.ts';

/** The answer to a question about policies, on what is known; `because` is one sentence for a platform engineer. */
export type Answer =
  | { readonly verdict: 'yes' | 'no'; readonly because: string; readonly statements: readonly StatementRef[] }
  | { readonly verdict: 'unknown'; readonly because: string; readonly undecided: readonly [Undecided, ...Undecided[]] };

/** One clause for people about what is undecided. */
export function clause(undecided: Undecided): string {
  switch (undecided.kind) {
    case 'condition':
      return `condition ${undecided.operator} ${undecided.key} in statement ${undecided.statement} of the ${undecided.policy}: ${undecided.detail}`;
    case 'statement':
      return `statement ${undecided.statement} of the ${undecided.policy}: ${undecided.detail}`;
    case 'malformed':
      return `the ${undecided.policy} is not a policy that AWS would store: ${undecided.detail}`;
    case 'unread':
    case 'disputed':
    case 'question':
      return undecided.detail;
  }
}

/** An answer that waits for these to be found out; the first is said in words. */
export function unknown(all: readonly [Undecided, ...Undecided[]]): Answer {
  const [first] = all;
  const distinct = new Map(all.map((one) => [JSON.stringify(one), one]));
  const [, ...rest] = distinct.values();
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return { verdict: 'unknown', because: `it cannot be decided: ${clause(first)}${more}`, undecided: [first, ...rest] };
}

/** A ruling with what a person reads. */
export const answerOf = (ruling: Ruling): Answer => (ruling.verdict === 'unknown' ? unknown(ruling.undecided) : ruling);
