import type { Block, Value } from '../hcl/body.ts';
import { blockValues } from '../hcl/values.ts';

/** One argument as the code gives it: a literal text, nothing, or something that only Terraform can evaluate. */
export type Argument =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'expression' };

const absent: Argument = { kind: 'absent' };
const expression: Argument = { kind: 'expression' };

/** A literal as a string, converted as cty converts primitive values. */
function ofValue(value: Value | undefined): Argument {
  switch (value?.kind) {
    case undefined:
    case 'null':
      return absent;
    case 'string':
      return { kind: 'literal', text: value.value };
    case 'number':
    case 'bool':
      return { kind: 'literal', text: String(value.value) };
    case 'structure':
    case 'expression':
      return expression;
  }
}

/** The argument of that name in a block. */
export const argument = (block: Block, name: string): Argument => ofValue(block.body.attributes.get(name)?.value);

const ofNested = (value: unknown): Argument => {
  if (value === undefined || value === null) return absent;
  // A value that may be a template is not known to be literal: see `blockValues`.
  return typeof value === 'string' && !/[$%]\{/.test(value) ? { kind: 'literal', text: value } : expression;
};

/** The member of an object argument, as in `endpoints = { s3 = "…" }`. */
export function nestedArgument(text: string, block: Block, [name, key]: readonly [string, string]): Argument {
  const value = block.body.attributes.get(name)?.value;
  if (value === undefined || value.kind === 'null') return absent;
  const object = value.kind === 'structure' ? value.value : blockValues(text, block)?.[name];
  if (typeof object !== 'object' || object === null) return expression;
  return Object.hasOwn(object, key) ? ofNested(Object.entries(object).find(([own]) => own === key)?.[1]) : absent;
}
