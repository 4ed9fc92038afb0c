import type { Datum } from '../hcl/expressions/datum.ts';
import { unevaluatedIn } from '../hcl/expressions/obstacles.ts';
import type { ArgumentSource } from '../model/backend.ts';
import type { Environment } from '../model/effects.ts';
import type { SourceLocation } from '../model/location.ts';
import { hiddenVariable } from './environment-functions.ts';

/** The environment variables that decide a value, told by what is missing of it where they are hidden. */
export function variablesIn(hidden: Datum | undefined): readonly string[] {
  if (hidden === undefined) return [];
  const names = unevaluatedIn([hidden]).flatMap(({ obstacles }) => obstacles.map(hiddenVariable));
  return [...new Set(names.filter((name) => name !== null))];
}

/**
 * Where a value comes from that is written at a place and rests on environment variables: the environment where one of them is
 * set, else the default that `get_env` is given in the code, which may be another one elsewhere.
 */
export function sourceFrom(
  location: SourceLocation,
  variables: readonly string[],
  environment: Environment,
): ArgumentSource {
  const text = `${location.file}:${location.line}`;
  if (variables.length === 0) return { kind: 'code', text, committed: true, location };
  const set = variables.filter((name) => Object.hasOwn(environment, name) && environment[name] !== undefined);
  if (set.length > 0) return { kind: 'environment', text: `${set.join(', ')} in ${text}`, committed: false, location };
  const hint = `${text}, the default of get_env: ${variables.join(', ')} may say otherwise elsewhere`;
  return { kind: 'code', text: hint, committed: true, location };
}
