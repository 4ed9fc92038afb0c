import { toText } from './conversion.ts';
import { type Datum, isMembers, isSequence, type Obstacle, Refused, Unevaluated } from './datum.ts';
import { CallFailure, NameFailure, type Scope, type Source, Undecided } from './scope.ts';
import type { Tree } from './tree.ts';

/** The variables of the loops around an expression, innermost first. */
export interface Locals {
  readonly name: string;
  readonly value: Datum;
  readonly outer: Locals | null;
}

/** What one evaluation has left, and how often it met what the tool refuses, also where the value went on without it. */
export interface Budget {
  steps: number;
  refusals: number;
}

/** One evaluation; the evaluator is recursive, so the entry to it travels with the state. */
export interface Evaluation {
  readonly source: Source;
  readonly scope: Scope;
  readonly locals: Locals | null;
  /** What `[*]` stands for in the part behind it. */
  readonly item: Datum;
  readonly budget: Budget;
  readonly visit: (tree: Tree, evaluation: Evaluation) => Promise<Datum>;
}

/** The most steps of one evaluation: nodes visited, members handed to functions, and so many characters. */
export const MOST_STEPS = 100_000;
const CHARACTERS = 256;

/** The longest string that is kept, in UTF-16 units. */
export const LONGEST_TEXT = 1024 * 1024;
/** The most members of a collection that are kept. */
export const MOST_MEMBERS = 100_000;

const SHOWN = 80;

/** The source of a tree on one line, shortened. */
function shownSource({ source }: Evaluation, { start, end }: Tree): string {
  const text = source.text
    .slice(start, Math.min(end, start + 4 * SHOWN))
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

function obstacle(evaluation: Evaluation, tree: Tree, why: string): Obstacle {
  const { line, column } = evaluation.source.position(tree.start);
  return {
    expression: shownSource(evaluation, tree),
    why,
    location: { file: evaluation.source.path, line, column },
  };
}

/** No value, for want of knowledge. */
export function unknown(evaluation: Evaluation, tree: Tree, why: string): Unevaluated {
  return new Unevaluated([obstacle(evaluation, tree, why)]);
}

/** No value, since the tool refuses the expression. */
export function refused(evaluation: Evaluation, tree: Tree, why: string): Refused {
  evaluation.budget.refusals += 1;
  return new Refused([obstacle(evaluation, tree, why)]);
}

/** What an exception that says why there is no value comes to; all others go on. */
function caught(evaluation: Evaluation, tree: Tree, error: unknown): Unevaluated {
  if (error instanceof CallFailure) return refused(evaluation, tree, error.message);
  if (error instanceof NameFailure || error instanceof Undecided) return unknown(evaluation, tree, error.message);
  throw error;
}

/** Runs something that says by an exception why it has no value, and turns that into a value. */
export async function attempted(evaluation: Evaluation, tree: Tree, run: () => Datum | Promise<Datum>): Promise<Datum> {
  try {
    return await run();
  } catch (error) {
    return caught(evaluation, tree, error);
  }
}

/** The value of a tree as text, or why it has none. */
export function textOf(evaluation: Evaluation, tree: Tree, datum: Datum): string | Unevaluated {
  if (datum instanceof Unevaluated) return datum;
  try {
    return toText(datum);
  } catch (error) {
    return caught(evaluation, tree, error);
  }
}

/** The members of a value, those of its members included; a shared part counts each time, as a function would walk it. */
function weight(datum: Datum, most: number): number {
  if (typeof datum === 'string') return 1 + Math.floor(datum.length / CHARACTERS);
  const members = isMembers(datum) ? datum.values() : isSequence(datum) ? datum : [];
  let sum = 1;
  for (const member of members) {
    if (sum > most) break;
    sum += weight(member, most - sum);
  }
  return sum;
}

/** Takes the work on these values from the budget; unevaluated when it is used up. */
export function charged(evaluation: Evaluation, tree: Tree, data: readonly Datum[]): Unevaluated | null {
  const { budget } = evaluation;
  for (const datum of data) {
    if (budget.steps < 0) break;
    budget.steps -= weight(datum, budget.steps);
  }
  return budget.steps < 0 ? unknown(evaluation, tree, 'evaluating it takes more steps than are allowed here') : null;
}

/** The value, unless it is larger than what is kept. */
export function bounded(evaluation: Evaluation, tree: Tree, datum: Datum): Datum {
  const tooLong = typeof datum === 'string' && datum.length > LONGEST_TEXT;
  const size = isMembers(datum) ? datum.size : isSequence(datum) ? datum.length : 0;
  return tooLong || size > MOST_MEMBERS ? unknown(evaluation, tree, 'the value is larger than is kept here') : datum;
}
