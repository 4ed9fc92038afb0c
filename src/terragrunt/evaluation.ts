import type { Datum } from '../hcl/expressions/datum.ts';
import { NameFailure } from '../hcl/expressions/scope.ts';
import type { Environment } from '../model/effects.ts';
import { openConfiguration } from './configuration.ts';
import type { ConfigFile, Library } from './library.ts';
import { membersOf } from './members.ts';
import { type Configuration, type Frame, once, type Run } from './run.ts';

// Both are far beyond any real unit; the first also within what the stack holds.
const DEEPEST = 100;
const MOST = 5_000;

/** Begins the evaluation of one unit. Each file is evaluated anew for each unit, since path functions give each its own answer. */
export function beginRun(library: Library, environment: Environment | null, values: Run['values'] = new Map()): Run {
  const configurations = new Map<string, Configuration>();
  const members = new Map<Configuration, () => Promise<Datum>>();
  let depth = 0;
  let spent = 0;

  const run: Run = {
    library,
    environment,
    values,
    consulted: new Set(),
    touched: new Set(),
    open(frame) {
      const key = JSON.stringify([frame.file.absolute, frame.config, frame.included]);
      const known = configurations.get(key) ?? openConfiguration(run, frame);
      configurations.set(key, known);
      return known;
    },
    members(configuration) {
      const known = members.get(configuration) ?? once(() => run.within(() => membersOf(run, configuration)));
      members.set(configuration, known);
      return known();
    },
    async within(work) {
      if (depth >= DEEPEST) throw new NameFailure('names and files refer to each other too deeply');
      if (spent >= MOST) throw new NameFailure('it takes more than is evaluated for one unit here');
      depth += 1;
      spent += 1;
      try {
        return await work();
      } finally {
        depth -= 1;
      }
    },
  };
  return run;
}

/** The unit's own file, as its run begins. */
export function openUnit(run: Run, file: ConfigFile): Configuration {
  const frame: Frame = { file, config: file.absolute, original: file.absolute, included: false };
  return run.open(frame);
}
