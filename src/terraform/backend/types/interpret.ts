import { byBytes, kindOf } from '../../../hcl/expressions/conversion.ts';
import { isMembers, Unevaluated } from '../../../hcl/expressions/datum.ts';
import type { Backend, MissingArgument } from '../../../model/backend.ts';
import type { Environment } from '../../../model/effects.ts';
import type { SourceLocation } from '../../../model/location.ts';
import type { EffectiveBackend } from '../effective.ts';
import { given, type Lookup, lookUp, type Place, single, told, variable } from './reading.ts';
import { backendTypes, removedTypes } from './table.ts';
import type { Argument, BackendType, Reading, Refusal } from './type.ts';

/** What a block is interpreted in: the workspace whose state is meant, and the variables that stand in for arguments. */
export interface Setting {
  readonly workspace: string;
  readonly environment: Environment;
}

/** What a block says of where the state is, or why Terraform and OpenTofu would both refuse it. */
export type Interpretation = { readonly backend: Backend } | { readonly refusal: Refusal };

const refuse = (location: SourceLocation | null, message: string): { readonly refusal: Refusal } => ({
  refusal: { message, location },
});

/** "Unsupported backend type" of both tools (`Backend` and `RemovedBackends` in internal/backend/init/init.go). */
function unknownType({ type, declaredAt }: EffectiveBackend): Interpretation {
  const removal = removedTypes.get(type);
  return refuse(declaredAt, `backend "${type}": ${removal ?? 'neither Terraform nor OpenTofu has this type'}`);
}

/** "Unsupported argument": what the schema does not have. Arguments that the tool itself recorded were in its schema. */
function unsupported({ type, arguments: found }: EffectiveBackend, { accepts, nested = {} }: BackendType) {
  for (const [name, { value, source, block }] of found) {
    if (source.kind === 'record') continue;
    if (!accepts.has(name)) return refuse(source.location, `"${name}" is no argument of ${title(type)}`);
    const members = single(value);
    const inner = nested[name];
    if (block && !inner) return refuse(source.location, `${name} is an argument of ${title(type)}, not a block`);
    const stranger = inner && isMembers(members) ? [...members.keys()].find((member) => !inner.has(member)) : undefined;
    if (stranger === undefined) continue;
    return refuse(source.location, `"${stranger}" is no argument of ${name} of ${title(type)}`);
  }
  return null;
}

/** "Incorrect attribute value type", where members are looked for in what is no object. */
function misshapen({ arguments: found }: EffectiveBackend, type: BackendType) {
  for (const { name } of type.arguments) {
    const [outer = '', member] = name.split('.');
    const argument = member === undefined ? undefined : found.get(outer);
    const value = argument ? single(argument.value) : null;
    if (!argument || value === null || value instanceof Unevaluated || isMembers(value)) continue;
    return refuse(argument.source.location, `${outer}: an object is required, not ${kindOf(value)}`);
  }
  return null;
}

const title = (type: string): string => (type === 'cloud' ? 'a cloud block' : `backend "${type}"`);

/** Two arguments of which only one may be given. An unevaluated one may turn out null, and is held against nobody. */
function conflict({ arguments: found }: EffectiveBackend, { conflicts = [] }: BackendType) {
  for (const pair of conflicts) {
    const [first, second] = pair.map((name) => given(found, name)).filter((one) => one !== null);
    if (!first || !second || first.value instanceof Unevaluated || second.value instanceof Unevaluated) continue;
    return refuse(second.source.location, `only one of ${pair.join(' and ')} can be set`);
  }
  return null;
}

function readingOf(lookups: ReadonlyMap<string, Lookup>, { effective, environment, workspace }: Place): Reading {
  const find: Reading['find'] = (name) => {
    const lookup = lookups.get(name);
    return lookup?.kind === 'found' ? lookup.found : null;
  };
  return {
    workspace,
    find,
    unevaluated: (name) => {
      const lookup = lookups.get(name);
      return lookup?.kind === 'absent' ? lookup.unevaluated : null;
    },
    text: (name) => find(name)?.text ?? '',
    variable: (name) => variable(environment, name),
    refuse: (name, message) => refuse(find(name)?.source.location ?? effective.declaredAt, message),
  };
}

interface Looked {
  readonly argument: Argument;
  readonly lookup: Lookup;
}

/** What is missing of the arguments that are in force; where one of several would do, that one of them is. */
function missingOf(
  { anyOf }: BackendType,
  looked: readonly Looked[],
  location: SourceLocation | null,
): readonly MissingArgument[] {
  const missing = looked.flatMap(({ lookup }) => (lookup.kind === 'missing' ? [lookup.missing] : []));
  const alternatives = looked.filter(({ argument }) => anyOf?.members.includes(argument.name));
  if (!anyOf || alternatives.some(({ lookup }) => lookup.kind !== 'absent')) return missing;
  return [...missing, { name: anyOf.name, why: 'the block leaves it to others', location }];
}

function understood(type: BackendType, place: Place): Interpretation {
  const looked = type.arguments.map((argument) => ({ argument, lookup: lookUp(argument, place) }));
  const refused = looked.flatMap(({ lookup }) => (lookup.kind === 'refused' ? [lookup] : []))[0];
  if (refused) return { refusal: refused.refusal };
  const reading = readingOf(new Map(looked.map(({ argument, lookup }) => [argument.name, lookup])), place);
  const objection = conflict(place.effective, type) ?? type.check?.(reading);
  if (objection) return objection;
  const declared = {
    declaredAt: place.effective.declaredAt,
    arguments: looked
      .flatMap(({ argument, lookup }) => (lookup.kind === 'found' ? [told(argument, place, lookup.found)] : []))
      .filter((one) => one !== null)
      .sort((left, right) => byBytes(left.name, right.name)),
  };
  const [first, ...rest] = missingOf(type, looked, place.effective.declaredAt);
  if (first) {
    const { type: name, candidates } = place.effective;
    return { backend: { kind: 'partial', type: name, missing: [first, ...rest], candidates, ...declared } };
  }
  const meaning = type.meaning(reading);
  return 'refusal' in meaning ? meaning : { backend: { ...meaning, ...declared } };
}

/**
 * Takes a completed backend block for what Terraform (or OpenTofu) would take it for, in one workspace. What only one of the two
 * refuses is not refused.
 */
export function interpret(effective: EffectiveBackend, { workspace, environment }: Setting): Interpretation {
  const type = backendTypes.get(effective.type);
  if (!type) return unknownType(effective);
  return (
    unsupported(effective, type) ??
    misshapen(effective, type) ??
    understood(type, { effective, environment, workspace })
  );
}
