/** A policy that was not read, or is no policy. */
export interface Unusable {
  readonly kind: 'unread' | 'malformed';
  readonly policy: string;
  readonly detail: string;
}

/** What stands between a question and its answer, precise enough to go and find out. */
export type Undecided =
  /** A condition that the facts of the case do not decide. */
  | {
      readonly kind: 'condition';
      readonly policy: string;
      readonly statement: string;
      readonly operator: string;
      readonly key: string;
      readonly detail: string;
    }
  /** A statement whose meaning AWS does not document, or that depends on more than is known. */
  | { readonly kind: 'statement'; readonly policy: string; readonly statement: string; readonly detail: string }
  | Unusable
  /** A policy on whose effect two AWS pages disagree. */
  | { readonly kind: 'disputed'; readonly policy: string; readonly detail: string }
  /** The question itself does not say enough, or says something that is not understood. */
  | { readonly kind: 'question'; readonly detail: string };

/** Neither true nor false on what is known, with every reason why. */
export interface Open {
  readonly undecided: readonly [Undecided, ...Undecided[]];
}

/** Three-valued truth (Kleene): a false conjunct or a true disjunct decides whatever else is open. */
export type Truth = boolean | Open;

/** A truth that is open for one reason. */
export const open = (reason: Undecided): Open => ({ undecided: [reason] });

/** True when the truth is neither true nor false. */
export const isOpen = (truth: Truth): truth is Open => typeof truth !== 'boolean';

/** Three-valued "and". */
export function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  const [first, ...rest] = truths.flatMap((truth) => (isOpen(truth) ? truth.undecided : []));
  return first ? { undecided: [first, ...rest] } : true;
}

/** Three-valued "or". */
export function some(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  const [first, ...rest] = truths.flatMap((truth) => (isOpen(truth) ? truth.undecided : []));
  return first ? { undecided: [first, ...rest] } : false;
}

/** Three-valued "not". */
export const not = (truth: Truth): Truth => (isOpen(truth) ? truth : !truth);
