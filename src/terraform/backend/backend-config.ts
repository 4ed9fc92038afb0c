import type { Block } from '../../hcl/body.ts';
import { type Datum, Unevaluated } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import { constants } from '../../hcl/expressions/scope.ts';
import type { ArgumentSource } from '../../model/backend.ts';
import type { FileSystem } from '../../model/effects.ts';
import type { SourceLocation } from '../../model/location.ts';
import { argumentFile, argumentValue, type FilePlace, parseArguments } from '../values/argument-file.ts';
import type { Refusal } from './block.ts';
import type { EffectiveArgument, EffectiveArguments } from './effective.ts';

type Source = Omit<ArgumentSource, 'text' | 'location'> & { readonly location: SourceLocation | null };

/** One `-backend-config` of `terraform init`, or what stands for it. */
export type BackendConfigItem =
  /** `-backend-config=FILE`; the file's arguments are said to come from the file. */
  | { readonly kind: 'file'; readonly place: FilePlace; readonly source: Source }
  /** `-backend-config=NAME=VALUE`: text as on a command line, or data of the config. */
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly value: Datum;
      readonly source: Source & { readonly text: string };
    };

/** The arguments in force after all items, or the first item that Terraform would refuse. */
export type Completed = { readonly arguments: EffectiveArguments } | { readonly refusal: Refusal };

const refusal = (at: SourceLocation | null, message: string): Completed => ({ refusal: { at, message } });

/** A text from a command line: an expression for what is no primitive, else the text as it is. */
async function parsed(value: Datum): Promise<Datum> {
  // `configschema` decides by the argument's type; of the types that are objects or lists every value starts with a bracket.
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  const { body, source } = parseArguments('-backend-config', `value = ${value}\n`);
  const found = body.attributes.get('value')?.value;
  return found ? evaluateValue(found, { source, scope: constants }) : value;
}

async function fromFile(
  fs: FileSystem,
  { place, source }: Extract<BackendConfigItem, { kind: 'file' }>,
): Promise<Completed> {
  const file = await argumentFile(fs, place);
  if ('problem' in file)
    return refusal(source.location, `-backend-config: ${file.problem.message.replace(/ENOENT$/, 'no such file')}`);
  const { body, error } = file;
  const locate = (offset: number): SourceLocation => ({ file: place.path, ...file.source.position(offset) });
  if (error) return refusal(locate(error.offset), error.message);
  const [block] = body.blocks as readonly (Block | undefined)[];
  if (block) return refusal(locate(block.start), `a -backend-config file takes arguments only, no ${block.type} block`);
  const found = new Map<string, EffectiveArgument>();
  for (const { name, value, start } of body.attributes.values()) {
    const location = locate(start);
    const datum = await argumentValue(file, value);
    if (datum instanceof Unevaluated) {
      return refusal(location, `${name}: ${datum.obstacles[0].expression}: ${datum.obstacles[0].why}`);
    }
    const text = `${location.file}:${location.line}`;
    found.set(name, { value: datum, source: { ...source, text, location } });
  }
  return { arguments: found };
}

/**
 * Lays `-backend-config` items over the arguments of a block, later ones over earlier ones, argument by argument
 * (`backendConfigOverrideBody` in Terraform's internal/command/init.go).
 */
export async function complete(
  fs: FileSystem,
  base: EffectiveArguments,
  items: readonly BackendConfigItem[],
): Promise<Completed> {
  const found = new Map(base);
  for (const item of items) {
    if (item.kind === 'value') {
      found.set(item.name, {
        value: item.source.kind === 'config' ? item.value : await parsed(item.value),
        source: item.source,
      });
      continue;
    }
    const added = await fromFile(fs, item);
    if ('refusal' in added) return added;
    for (const [name, argument] of added.arguments) found.set(name, argument);
  }
  return { arguments: found };
}
