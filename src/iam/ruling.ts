import type { Truth, Undecided } from './truth.ts';

/** A statement that an answer rests on. */
export interface StatementRef {
  /** `trust policy`, `identity-based policy 2`, `SCP 1 of level 3` … */
  readonly policy: string;
  /** The `Sid`, or `#1` by position. */
  readonly statement: string;
}

/** The outcome of one step of the decision, with the sentence that a person reads. */
export type Ruling =
  | { readonly verdict: 'yes'; readonly because: string; readonly statements: readonly StatementRef[] }
  | { readonly verdict: 'no'; readonly because: string; readonly statements: readonly StatementRef[] }
  | { readonly verdict: 'unknown'; readonly undecided: readonly [Undecided, ...Undecided[]] };

/** A step that nothing stands against, and that says nothing of its own. */
export const PASSED: Ruling = { verdict: 'yes', because: '', statements: [] };

/** A step that certainly fails. */
export const refuse = (because: string, statements: readonly StatementRef[] = []): Ruling => ({
  verdict: 'no',
  because,
  statements,
});

/** Steps that must all be passed; the first that is certainly not decides. */
export function allOf(rulings: readonly Ruling[]): Ruling {
  const refusal = rulings.find(({ verdict }) => verdict === 'no');
  if (refusal) return refusal;
  const [first, ...rest] = rulings.flatMap((ruling) => (ruling.verdict === 'unknown' ? ruling.undecided : []));
  if (first) return { verdict: 'unknown', undecided: [first, ...rest] };
  const passed = rulings.flatMap((ruling) => (ruling.verdict === 'yes' ? [ruling] : []));
  return {
    verdict: 'yes',
    because: passed
      .map(({ because }) => because)
      .filter(Boolean)
      .join(', and '),
    statements: passed.flatMap(({ statements }) => statements),
  };
}

/** Ways of which one is enough; the refusal is for when there is none at all. */
export function oneOf(ways: readonly Ruling[], refusal: Ruling): Ruling {
  const open = ways.find(({ verdict }) => verdict === 'yes');
  if (open) return open;
  const [first, ...rest] = ways.flatMap((way) => (way.verdict === 'unknown' ? way.undecided : []));
  return first ? { verdict: 'unknown', undecided: [first, ...rest] } : (ways[0] ?? refusal);
}

/** A step that is decided by one truth. */
export function rule(truth: Truth, yes: Ruling, no: Ruling): Ruling {
  if (typeof truth === 'boolean') return truth ? yes : no;
  return { verdict: 'unknown', undecided: truth.undecided };
}
