import type { Environment } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import type { GeneratedFiles } from './generated.ts';
import { unitRoles } from './roles.ts';
import type { Run } from './run.ts';
import type { Unit, UnitBackend } from './unit.ts';
import { backendOf, evaluated, type Site } from './unit-backend.ts';

/** The names of a unit's file, the first one first: `DefaultTerragruntConfigPaths` in Terragrunt's pkg/config/config.go. */
export const CONFIGURATIONS = ['terragrunt.hcl.json', 'terragrunt.hcl'];

/** A unit, and the configurations that it includes or reads. */
export interface Reading {
  readonly unit: Unit;
  readonly absolute: string;
  readonly touched: ReadonlySet<string>;
}

const missing = (path: string, problem: Problem): Unit => ({
  path,
  backend: {
    kind: 'unknown',
    obstacles: [
      {
        expression: 'terragrunt.hcl',
        why: problem.message,
        location: problem.location ?? { file: path, line: 1, column: 1 },
      },
    ],
  },
  source: { kind: 'own' },
  roles: { named: [], unnamed: [] },
  problems: [problem],
  location: problem.location ?? null,
});

/** What could not be read, or does not parse, of the files that a unit is made of. */
async function problemsOf({ library, touched }: Run, own: string): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const path of [own, ...touched]) {
    const file = await library.config(path);
    if ('problem' in file) found.push(file.problem);
    else if (file.error) {
      const location = file.locate(file.error.offset);
      const message = `${location.file}:${location.line}:${location.column}: ${file.error.message}`;
      found.push({ kind: 'unparsable-file', message, location });
    }
  }
  return found;
}

/**
 * `extra_arguments` and hooks can hand `-backend-config` to init, over everything else that a unit says; they are not evaluated,
 * so a file that speaks of it leaves the backend open.
 */
async function passedToInit({ library, touched }: Run, own: string): Promise<UnitBackend | null> {
  for (const path of [own, ...touched]) {
    const file = await library.config(path);
    const at = 'problem' in file ? -1 : file.source.text.indexOf('-backend-config');
    if ('problem' in file || at < 0) continue;
    const why = 'arguments that Terragrunt passes to init are not evaluated';
    return { kind: 'unknown', obstacles: [{ expression: '-backend-config', why, location: file.locate(at) }] };
  }
  return null;
}

/** What cannot be read may name a role that the unit deploys with, whether or not the backend is known without it. */
function hidden({ unread }: GeneratedFiles): readonly Problem[] {
  return unread.map(({ obstacles: [{ expression, why, location }] }) => ({
    kind: 'not-audited',
    message: `${location.file}:${location.line}: ${expression}: ${why}; a role that it names is not known`,
    location,
  }));
}

/** A unit to read: its directory relative to the audited root, its file, and where both are read from. */
export interface UnitPlace extends Omit<Site, 'file'> {
  readonly path: string;
  /** Absolute. */
  readonly own: string;
}

/** Reads one unit; what keeps it from being read is a problem of the unit. */
export async function readUnit(place: UnitPlace, environment: Environment): Promise<Reading> {
  const { path, own } = place;
  const file = await place.library.config(own);
  if ('problem' in file) return { unit: missing(path, file.problem), absolute: own, touched: new Set() };
  const site = { ...place, file };
  const given = await evaluated(site, environment);
  const unit: Unit = {
    path,
    backend: (await passedToInit(given.run, own)) ?? (await backendOf(site, given, environment)),
    source: given.source,
    roles: await unitRoles(given.layers, given.generated),
    problems: [...(await problemsOf(given.run, own)), ...given.generated.problems, ...hidden(given.generated)],
    location: { file: file.path, line: 1, column: 1 },
  };
  return { unit, absolute: own, touched: given.run.touched };
}
