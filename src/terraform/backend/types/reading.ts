import { toBool, toText } from '../../../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence, type Obstacle, Unevaluated } from '../../../hcl/expressions/datum.ts';
import { CallFailure, Undecided } from '../../../hcl/expressions/scope.ts';
import type { ArgumentSource, BackendArgument, MissingArgument } from '../../../model/backend.ts';
import type { Environment } from '../../../model/effects.ts';
import type { SourceLocation } from '../../../model/location.ts';
import type { EffectiveArgument, EffectiveArguments, EffectiveBackend } from '../effective.ts';
import { DEFAULT_WORKSPACE } from '../workspace-key.ts';
import { bareUrl } from './bare-url.ts';
import type { Argument, Found, Refusal } from './type.ts';

/** What came of looking one argument up. */
export type Lookup =
  | { readonly kind: 'found'; readonly found: Found }
  /** `unevaluated`: an expression is given that nobody can evaluate, and the state is where it is all the same. */
  | { readonly kind: 'absent'; readonly unevaluated: string | null }
  | { readonly kind: 'missing'; readonly missing: MissingArgument }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Where arguments are looked up. */
export interface Place {
  readonly effective: EffectiveBackend;
  readonly environment: Environment;
  readonly workspace: string;
}

const SHOWN_OBSTACLES = 3;

function whyUnevaluated({ obstacles }: Unevaluated): string {
  const clause = ({ expression, why }: Obstacle): string => `${expression}: ${why}`;
  const shown = obstacles.slice(0, SHOWN_OBSTACLES).map(clause).join('; ');
  return obstacles.length > SHOWN_OBSTACLES ? `${shown}; and ${obstacles.length - SHOWN_OBSTACLES} more` : shown;
}

/** The value itself, or what is in a list of one or none: a nested block in JSON may be either (HCL JSON specification, "Blocks"). */
export const single = (datum: Datum): Datum => (isSequence(datum) && datum.length < 2 ? (datum[0] ?? null) : datum);

function memberOf(datum: Datum, member: string): Datum {
  const object = single(datum);
  if (object instanceof Unevaluated) return object;
  return isMembers(object) ? (object.get(member) ?? null) : null;
}

/** The argument or member of this name; null when nothing, or null, is given. */
export function given(found: EffectiveArguments, name: string): EffectiveArgument | null {
  const [outer = '', member] = name.split('.');
  const argument = found.get(outer);
  if (!argument) return null;
  const value = member === undefined ? argument.value : memberOf(argument.value, member);
  return value === null ? null : { value, source: argument.source };
}

/** A variable's value; set to nothing is the same as not set (Go's os.Getenv and its callers). */
export const variable = (environment: Environment, name: string): string | null => environment[name] || null;

function fromEnvironment({ environment: names = [], kind }: Argument, { environment }: Place): Found | null {
  const name = names.find((candidate) => variable(environment, candidate) !== null);
  if (name === undefined) return null;
  const value = variable(environment, name) ?? '';
  // `strconv.ParseBool`, which takes more than an expression may say.
  const text = kind === 'bool' ? String(/^(?:1|t|true)$/i.test(value)) : value;
  return { text, source: { kind: 'environment', text: name, committed: false, location: null } };
}

const DEFAULT: ArgumentSource = { kind: 'default', text: 'default', committed: false, location: null };

/** Whether an argument decides where the state of this workspace is. */
function isInForce({ role, workspaces }: Argument, { workspace }: Place): boolean {
  if (role === 'tells') return false;
  return workspaces === undefined || (workspaces === 'default') === (workspace === DEFAULT_WORKSPACE);
}

function missing(argument: Argument, place: Place, said: { why: string; location: SourceLocation | null }): Lookup {
  return isInForce(argument, place)
    ? { kind: 'missing', missing: { name: argument.name, ...said } }
    : { kind: 'absent', unevaluated: said.why };
}

function textOf({ kind }: Argument, value: Datum): string {
  if (kind === 'bool') return String(toBool(value));
  if (kind === 'map') return mapOf(value);
  return kind === 'tags' ? tagsOf(value) : toText(value);
}

/** A map of texts, as JSON. */
function mapOf(value: Datum): string {
  if (!isMembers(value)) throw new CallFailure('an object is required');
  return JSON.stringify(Object.fromEntries([...value].map(([name, text]) => [name, toText(text)])));
}

/** Tags of a `cloud` block: a set of names, or a map of names to values. */
function tagsOf(value: Datum): string {
  if (isSequence(value)) return value.map(toText).join(', ');
  if (isMembers(value)) return [...value].map(([name, tag]) => `${name}=${toText(tag)}`).join(', ');
  throw new CallFailure('a set or an object is required');
}

const EMPTY = 'it is empty';

/** What stands in for an argument that nobody gives, or that is given empty. */
function substitute(argument: Argument, place: Place, empty: EffectiveArgument | null): Lookup {
  const { fallback, role } = argument;
  const found =
    fromEnvironment(argument, place) ?? (fallback === undefined ? null : { text: fallback, source: DEFAULT });
  if (found) return { kind: 'found', found };
  if (role !== 'required') return { kind: 'absent', unevaluated: null };
  return empty
    ? missing(argument, place, { why: EMPTY, location: empty.source.location })
    : missing(argument, place, { why: 'the block leaves it to others', location: place.effective.declaredAt });
}

function read(argument: Argument, place: Place, { value, source }: EffectiveArgument): Lookup {
  if (value instanceof Unevaluated) {
    return missing(argument, place, { why: whyUnevaluated(value), location: value.obstacles[0].location });
  }
  const text = textOf(argument, value);
  const isEmpty = argument.role === 'required' ? text.trim() === '' : text === '';
  if (isEmpty && argument.empty !== 'counts') return substitute(argument, place, { value, source });
  if (isEmpty && argument.role === 'required')
    return missing(argument, place, { why: EMPTY, location: source.location });
  return { kind: 'found', found: { text, source } };
}

/** Looks an argument up: what is in force in the code first, then its variables, then the tool's default. */
export function lookUp(argument: Argument, place: Place): Lookup {
  const found = [argument.name, ...(argument.aliases ?? [])]
    .map((name) => given(place.effective.arguments, name))
    .find((one) => one !== null);
  if (!found) return substitute(argument, place, null);
  const { location } = found.source;
  try {
    return read(argument, place, found);
  } catch (error) {
    // A value of the wrong type is refused; a number that is not known exactly is only not known here.
    if (error instanceof CallFailure)
      return { kind: 'refused', refusal: { message: `${argument.name}: ${error.message}`, location } };
    if (error instanceof Undecided) return missing(argument, place, { why: error.message, location });
    throw error;
  }
}

/** An argument as it is told; null for secrets, and for defaults that decide nothing here. */
export function told(argument: Argument, place: Place, { text, source }: Found): BackendArgument | null {
  if (argument.told === 'secret' || (argument.told === 'declared' && source.kind === 'environment')) return null;
  if (source.kind === 'default' && (text === '' || !isInForce(argument, place))) return null;
  return { name: argument.name, value: argument.kind === 'url' ? bareUrl(text) : text, source };
}
