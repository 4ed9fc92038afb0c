import { type Datum, isMembers, isSequence, Unevaluated } from '../../src/hcl/expressions/datum.ts';
import type { Environment } from '../../src/model/effects.ts';
import { walk } from '../../src/terraform/discovery/walk.ts';
import { createTerragrunt, type Units } from '../../src/terragrunt/terragrunt.ts';
import type { Unit, UnitBackend } from '../../src/terragrunt/unit.ts';
import { memory } from '../terraform/memory.ts';

/** The audited root of every estate. */
export const ROOT = '/repo/estate';

type Node = Parameters<typeof memory>[0][string];

/** Files by their path relative to the audited root; `/…` is outside it. */
export type Estate = Readonly<Record<string, Node>>;

/** An estate as a file system. */
export const disk = (estate: Estate) =>
  memory(
    Object.fromEntries(
      Object.entries(estate).map(([path, node]) => [path.startsWith('/') ? path : `${ROOT}/${path}`, node]),
    ),
  );

/** All units of an estate. */
export async function unitsIn(estate: Estate, environment: Environment = {}): Promise<Units> {
  const files = disk(estate);
  const { directories } = await walk(files, { root: ROOT, paths: [ROOT] });
  return createTerragrunt({ files, root: ROOT, environment }).unitsOf(directories);
}

/** The unit of one directory of an estate. */
export async function unitIn(estate: Estate, path: string, environment: Environment = {}): Promise<Unit> {
  const { units } = await unitsIn(estate, environment);
  const unit = units.find((found) => found.path === path);
  if (!unit) throw new Error(`no unit ${path}, only ${units.map((found) => found.path).join(', ')}`);
  return unit;
}

/** A value as plain data; what has none as `{ unknown: [why, …] }`. */
export function plain(datum: Datum): unknown {
  if (datum instanceof Unevaluated) return { unknown: datum.obstacles.map(({ why }) => why) };
  if (isMembers(datum)) return Object.fromEntries([...datum].map(([name, value]) => [name, plain(value)]));
  return isSequence(datum) ? datum.map(plain) : datum;
}

/** A backend as plain data: its arguments without their sources, or why it is not known. */
export function shown(backend: UnitBackend): unknown {
  switch (backend.kind) {
    case 'module':
      return 'module';
    case 'unknown':
      return { unknown: backend.obstacles.map(({ why }) => why) };
    case 'remote-state':
    case 'generated': {
      const { type, arguments: found } = backend.effective;
      const values = Object.fromEntries([...found].map(([name, { value }]) => [name, plain(value)]));
      return { [backend.kind]: type, generates: backend.generates, ...values };
    }
  }
}

/** The value of an expression in the configuration of the unit `live/app`, which stands beside the given files. */
export async function evaluated(
  expression: string,
  estate: Estate = {},
  environment: Environment = {},
): Promise<unknown> {
  const text = `remote_state {\n  backend = "local"\n  config = {\n    value = ${expression}\n  }\n}\n`;
  const own = typeof estate['live/app/terragrunt.hcl'] === 'string' ? estate['live/app/terragrunt.hcl'] : '';
  const files = { ...estate, 'live/app/terragrunt.hcl': `${own}\n${text}` };
  const { backend } = await unitIn(files, 'live/app', environment);
  if (backend.kind !== 'remote-state') return shown(backend);
  return plain(backend.effective.arguments.get('value')?.value ?? null);
}
