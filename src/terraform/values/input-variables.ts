import type { Attribute } from '../../hcl/body.ts';
import { toBool, toNumber, toText } from '../../hcl/expressions/conversion.ts';
import { type Datum, Unevaluated } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import { constants, NameFailure } from '../../hcl/expressions/scope.ts';
import { type Environment, type FileSystem, isWithheld } from '../../model/effects.ts';
import { type Directory, type SourceFile, sourceOf } from '../files.ts';
import { parseArguments } from './argument-file.ts';
import { readVariableFiles, type VariableFiles } from './variable-files.ts';

/** A module whose names are looked up. */
export interface NamedValuesRequest {
  readonly fs: FileSystem;
  readonly directory: Directory;
  readonly files: readonly SourceFile[];
  readonly environment: Environment;
  /** Whether what is not committed has no value, so that what rests on it is found out. */
  readonly committedOnly?: boolean;
}

/** One argument, and the file that it stands in. */
interface Definition {
  readonly file: SourceFile;
  readonly attribute: Attribute;
}
/** Arguments by name. */
export type Definitions = ReadonlyMap<string, Definition>;

/** Override files last, so that what they say replaces the rest. */
export const inOverrideOrder = (files: readonly SourceFile[]): readonly SourceFile[] => [
  ...files.filter(({ override }) => !override),
  ...files.filter(({ override }) => override),
];

/** The arguments of each variable block by name; those of override files replace one by one. */
function variablesOf(files: readonly SourceFile[]): ReadonlyMap<string, Definitions> {
  const found = new Map<string, Map<string, Definition>>();
  for (const file of inOverrideOrder(files)) {
    for (const { type, labels, body } of file.scan.body.blocks) {
      if (type !== 'variable') continue;
      const variable = found.get(labels[0] ?? '') ?? new Map<string, Definition>();
      for (const [name, attribute] of body.attributes) variable.set(name, { file, attribute });
      found.set(labels[0] ?? '', variable);
    }
  }
  return found;
}

const primitive = /^"?(?:string|number|bool|any)"?$/;

const textOf = ({ file, attribute }: Definition): string =>
  file.text.slice(attribute.value.start, attribute.value.end).trim();

/** `sensitive = false` is what a variable is without. */
const says = (declared: Definitions, name: string): boolean => {
  const found = declared.get(name);
  return found !== undefined && textOf(found) !== 'false';
};

/** A value as the variable's type has it: the text `1` is a number where one is declared. */
function converted(value: Datum, type: Definition | undefined): Datum {
  const name = type ? textOf(type).replaceAll('"', '') : 'any';
  // OpenTofu fills in what is left out.
  if (/\boptional\s*\(/.test(name)) throw new NameFailure('its type has optional attributes');
  if (value === null || value instanceof Unevaluated) return value;
  if (name === 'string') return toText(value);
  if (name === 'number') return toNumber(value);
  return name === 'bool' ? toBool(value) : value;
}

/** A variable from the environment: text, or for other than primitive types an expression (internal/command/meta_vars.go). */
async function fromEnvironment(text: string, type: Definition | undefined): Promise<Datum> {
  if (!type || primitive.test(textOf(type))) return text;
  const { source, body } = parseArguments('the environment', `value = ${text}\n`);
  const value = body.attributes.get('value')?.value;
  return value ? evaluateValue(value, { source, scope: constants }) : text;
}

/**
 * The values of a module's input variables: the default, `TF_VAR_`, and tfvars files, each over the one before. Throws
 * `NameFailure` for what has none, or may have another one than could be read.
 */
export function inputVariables(request: NamedValuesRequest): (name: string) => Promise<Datum> {
  const { fs, directory, files, environment, committedOnly = false } = request;
  const variables = variablesOf(files);
  let read: Promise<VariableFiles> | null = null;

  async function given(name: string, declared: Definitions): Promise<Datum> {
    if (says(declared, 'sensitive') || says(declared, 'ephemeral')) throw new NameFailure('the variable is sensitive');
    read ??= readVariableFiles(fs, directory);
    const inFiles = await read;
    if (inFiles.kind === 'unreadable') throw new NameFailure(`${inFiles.path}, which may set it, could not be read`);
    const inFile = inFiles.values.get(name);
    if (inFile?.ignored && committedOnly) throw new NameFailure(`${inFile.path}, which git ignores`);
    if (inFile !== undefined) return inFile.value;
    if (isWithheld(name)) throw new NameFailure('its name is like a credential’s, which is not read');
    const inEnvironment = environment[`TF_VAR_${name}`];
    if (inEnvironment !== undefined && committedOnly) throw new NameFailure(`TF_VAR_${name}`);
    if (inEnvironment !== undefined) return fromEnvironment(inEnvironment, declared.get('type'));
    const standard = declared.get('default');
    if (!standard) throw new NameFailure('the variable has no value in the repository');
    return evaluateValue(standard.attribute.value, { source: sourceOf(standard.file), scope: constants });
  }

  return async (name) => {
    const declared = variables.get(name);
    if (!declared) throw new NameFailure('no such variable is declared');
    return converted(await given(name, declared), declared.get('type'));
  };
}
