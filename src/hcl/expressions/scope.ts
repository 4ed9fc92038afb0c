import type { Position } from '../position.ts';
import type { Datum } from './datum.ts';

/** What a function is called with: an error of its own is thrown as `CallFailure`, and is what `try` and `can` catch. */
export type HclFunction = (parameters: readonly Datum[]) => Datum | Promise<Datum>;

/** A call that the function itself refuses, as Terraform would: `element` of an empty list. */
export class CallFailure extends Error {}

/** A call whose result cannot be told here although the tool can tell it; the message says why. Not for `try` and `can`. */
export class Undecided extends Error {}

/** A name that has no value here; the message says why: `the variable has no value in the repository`. */
export class NameFailure extends Error {}

/** What the names and functions of an expression stand for. */
export interface Scope {
  /**
   * The value of `name` or, where a namespace is meant, of `name.attribute` (`var.region`, `terraform.workspace`); the evaluator
   * takes the rest of the traversal itself. Throws `NameFailure` for what has no value.
   */
  readonly lookup: (name: string, attribute: string | null) => Promise<Datum>;
  readonly functions: ReadonlyMap<string, HclFunction>;
}

/** The text that an expression stands in. */
export interface Source {
  /** Relative to the audited root. */
  readonly path: string;
  readonly text: string;
  readonly position: (offset: number) => Position;
  /** How the text is written: in JSON, a string is a template. */
  readonly syntax: 'native' | 'json';
}

/** Constant expressions only: neither names nor functions, as in Terraform's own backend blocks and in tfvars files. */
export const constants: Scope = {
  lookup: async () => {
    throw new NameFailure('variables are not allowed here');
  },
  functions: new Map(),
};
