import type { Block, Value } from '../hcl/body.ts';

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
