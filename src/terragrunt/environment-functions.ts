import { type Obstacle, Unevaluated } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, NameFailure } from '../hcl/expressions/scope.ts';
import { isWithheld } from '../model/effects.ts';
import { ofTexts } from './parameters.ts';
import type { Run } from './run.ts';

const hidden = new WeakMap<Obstacle, string>();

/** The environment variable that an obstacle stands for, where the run hides them; null for any other obstacle. */
export const hiddenVariable = (obstacle: Obstacle): string | null => hidden.get(obstacle) ?? null;

function hide(name: string): Unevaluated {
  const obstacle: Obstacle = {
    expression: `get_env(${JSON.stringify(name)})`,
    why: `the environment variable ${name} decides`,
    location: { file: '', line: 1, column: 1 },
  };
  hidden.set(obstacle, name);
  return new Unevaluated([obstacle]);
}

/** `get_env` (`getEnvironmentVariable` in Terragrunt's pkg/config/config_helpers.go), of the environment that is passed in. */
export function environmentFunctions({ environment, consulted }: Run): ReadonlyMap<string, HclFunction> {
  const getEnv = ofTexts([1, 2], ([name = '', standard]) => {
    if (name === '') throw new CallFailure('the name of an environment variable cannot be empty');
    consulted.add(name);
    if (isWithheld(name)) throw new NameFailure(`${name} is named like a credential, and is not read`);
    if (environment === null) return hide(name);
    const found = (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? standard;
    if (found === undefined) throw new NameFailure(`the environment variable ${name} is not set here`);
    return found;
  });
  return new Map([['get_env', getEnv]]);
}
