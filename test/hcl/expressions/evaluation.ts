import { pureFunctions } from '../../../src/functions/index.ts';
import { type Datum, isMembers, isSequence } from '../../../src/hcl/expressions/datum.ts';
import { evaluate } from '../../../src/hcl/expressions/evaluate.ts';
import { parseExpression } from '../../../src/hcl/expressions/parse.ts';
import { NameFailure, type Scope, type Source } from '../../../src/hcl/expressions/scope.ts';
import { locator } from '../../../src/hcl/position.ts';

/** A scope with all pure functions and the given names; `var.x` is the name `var.x`. */
export const scopeOf = (names: Readonly<Record<string, Datum>> = {}): Scope => ({
  functions: pureFunctions,
  lookup: async (name, attribute) => {
    const full = attribute === null ? name : `${name}.${attribute}`;
    const found = Object.hasOwn(names, full) ? names[full] : undefined;
    if (found === undefined) throw new NameFailure('it has no value in the repository');
    return found;
  },
});

/** A text of its own as a source. */
export const sourceOf = (text: string, syntax: Source['syntax'] = 'native'): Source => ({
  path: 'x.tf',
  text,
  position: locator(text),
  syntax,
});

/** The value of an expression that must parse. */
export async function valued(text: string, names: Readonly<Record<string, Datum>> = {}): Promise<Datum> {
  const parse = parseExpression(text, { start: 0, end: text.length });
  if (!('tree' in parse)) throw new Error(`${text}: ${parse.message} at ${parse.offset}`);
  return evaluate(parse.tree, { source: sourceOf(text), scope: scopeOf(names) });
}

/** Data as plain JSON values, for comparison. */
export function plain(datum: Datum): unknown {
  if (isSequence(datum)) return datum.map(plain);
  if (isMembers(datum)) return Object.fromEntries([...datum].map(([name, member]) => [name, plain(member)]));
  return datum;
}
