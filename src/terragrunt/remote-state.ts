import { type Datum, isMembers, type Members, Unevaluated } from '../hcl/expressions/datum.ts';
import { obstructed } from '../hcl/expressions/obstacles.ts';
import { parseExpression } from '../hcl/expressions/parse.ts';
import type { Environment } from '../model/effects.ts';
import type { SourceLocation } from '../model/location.ts';
import type { EffectiveArgument } from '../terraform/backend/effective.ts';
import type { RemoteState } from './parts.ts';
import { sourceFrom, variablesIn } from './provenance.ts';
import { refusedAt } from './run.ts';
import { backendArgument } from './schema.ts';
import type { UnitBackend } from './unit.ts';

/** Where each argument is written, where `config` is an object with plain keys; the others stand where the block does. */
function placesOf({ place: { file }, written }: RemoteState): ReadonlyMap<string, SourceLocation> {
  const found = new Map<string, SourceLocation>();
  if (!written || file.source.syntax === 'json') return found;
  const parsed = parseExpression(file.source.text, written);
  if (!('tree' in parsed) || parsed.tree.kind !== 'object') return found;
  for (const { key } of parsed.tree.entries) {
    if (key.kind === 'literal') found.set(String(key.value), file.locate(key.start));
  }
  return found;
}

/** Two evaluations of one `remote_state`: as the environment has it, and with all of the environment hidden. */
export interface Evaluated {
  readonly state: RemoteState;
  /** Null where no environment variable is asked for. */
  readonly hidden: RemoteState | Unevaluated | null;
  readonly environment: Environment;
}

function argumentsOf(type: string, config: Members, evaluated: Evaluated): ReadonlyMap<string, EffectiveArgument> {
  const { state, hidden, environment } = evaluated;
  const shadowed = hidden instanceof Unevaluated ? hidden : (hidden?.config ?? null);
  const places = placesOf(state);
  const block = state.place.file.locate(state.place.span.start);
  const found = new Map<string, EffectiveArgument>();
  for (const [key, value] of config) {
    const name = backendArgument(type, key);
    // Null is what the tool takes for not set.
    if (name === null || value === null) continue;
    const shadow = isMembers(shadowed) ? shadowed.get(key) : shadowed;
    const source = sourceFrom(places.get(key) ?? block, variablesIn(shadow), environment);
    found.set(name, { value, source });
  }
  return found;
}

/** The file that the block is written to: `path` of `generate`, with what is not known of it in the words of its author. */
function generatedPath(generate: Datum): string | null {
  if (generate === null) return null;
  if (generate instanceof Unevaluated) return generate.pattern ?? generate.obstacles[0].expression;
  const path = isMembers(generate) ? (generate.get('path') ?? null) : null;
  if (path instanceof Unevaluated) return path.pattern ?? path.obstacles[0].expression;
  return typeof path === 'string' ? path : null;
}

/** The backend that a `remote_state` stands for (Terragrunt's internal/remotestate). */
export function remoteStateBackend(evaluated: Evaluated): UnitBackend {
  const { backend, config, generate, place } = evaluated.state;
  const missing = obstructed([backend]) ?? (config instanceof Unevaluated ? config : null);
  if (missing) return { kind: 'unknown', obstacles: missing.obstacles };
  if (typeof backend !== 'string' || backend === '' || !isMembers(config)) {
    const why = 'remote_state needs a backend, which is a text, and a config, which is an object';
    return { kind: 'unknown', obstacles: refusedAt(place, why).obstacles };
  }
  const effective = {
    type: backend,
    declaredAt: place.file.locate(place.span.start),
    arguments: argumentsOf(backend, config, evaluated),
    candidates: [],
  };
  return { kind: 'remote-state', effective, generates: generatedPath(generate) };
}
