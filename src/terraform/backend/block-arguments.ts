import type { Block, Value } from '../../hcl/body.ts';
import { type Datum, isMembers, Unevaluated } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import type { Scope } from '../../hcl/expressions/scope.ts';
import { type BlockReading, readBlock } from '../../hcl/values.ts';
import type { ArgumentSource } from '../../model/backend.ts';
import { type SourceFile, sourceOf } from '../files.ts';
import type { EffectiveArgument, EffectiveArguments } from './effective.ts';

/** A block in one file. */
export interface PlacedBlock {
  readonly file: SourceFile;
  readonly block: Block;
}

/** A text that nobody can read as HCL, though the scanner could follow its structure. */
export interface InvalidExpression {
  readonly offset: number;
}

/** JSON data as a value: its strings are taken as they are, since Terraform reads backends without an evaluation context. */
export function datumOf(plain: unknown): Datum {
  if (Array.isArray(plain)) return plain.map(datumOf);
  if (typeof plain === 'object' && plain !== null) {
    return new Map(Object.entries(plain).map(([name, value]) => [name, datumOf(value)]));
  }
  return typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean' ? plain : null;
}

/** Whether nothing in a value is unevaluated. */
export function isEvaluated(datum: Datum): boolean {
  if (datum instanceof Unevaluated) return false;
  if (isMembers(datum)) return [...datum.values()].every(isEvaluated);
  return !Array.isArray(datum) || datum.every(isEvaluated);
}

const isLiteral = ({ kind }: Value): boolean => kind !== 'expression';

/** A string may be a template, or an escaped literal that only looks like one: the second layer cannot tell. */
function isConstant(value: unknown): boolean {
  if (typeof value === 'string') return !/[$%]\{/.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isConstant);
}

/** The nested values of a block from the second layer, needed only where one of its arguments is no plain literal. */
function nestedValues({ file, block }: PlacedBlock): BlockReading | null {
  const values = [...block.body.attributes.values()].map(({ value }) => value);
  return sourceOf(file).syntax === 'json' || values.every(isLiteral) ? null : readBlock(file.text, block);
}

/** Where an argument of a block stands. */
function sourceAt(file: SourceFile, offset: number): ArgumentSource {
  const location = file.locate(offset);
  return { kind: 'code', text: `${location.file}:${location.line}`, committed: !file.ignored, location };
}

/**
 * The arguments of a block, nested blocks among them as members. A literal is the scanner's; nested constants and heredocs come
 * from the second layer, which also says whether the expressions are valid; what is left is evaluated.
 */
export async function blockArguments(
  placed: PlacedBlock,
  scope: Scope,
): Promise<EffectiveArguments | InvalidExpression> {
  const { file, block } = placed;
  const source = sourceOf(file);
  const nested = nestedValues(placed);
  if (nested?.kind === 'invalid') return { offset: block.start };
  const found = new Map<string, EffectiveArgument>();
  for (const { name, value, start } of block.body.attributes.values()) {
    const known = nested?.kind === 'read' && Object.hasOwn(nested.values, name) ? nested.values[name] : undefined;
    found.set(name, { value: await datumAt(value, known), source: sourceAt(file, start) });
  }
  for (const inner of block.body.blocks) {
    const members = await blockArguments({ file, block: inner }, scope);
    if ('offset' in members) return members;
    found.set(inner.type, { value: membersOf(members), source: sourceAt(file, inner.start), block: true });
  }
  return found;

  function datumAt(value: Value, known: unknown): Datum | Promise<Datum> {
    if (value.kind === 'structure') return datumOf(value.value);
    if (value.kind === 'expression' && known !== undefined && isConstant(known)) return datumOf(known);
    return evaluateValue(value, { source, scope });
  }
}

const membersOf = (found: EffectiveArguments): Datum =>
  new Map([...found].map(([name, { value }]): [string, Datum] => [name, value]));
