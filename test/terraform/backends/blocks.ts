import { type Datum, Unevaluated } from '../../../src/hcl/expressions/datum.ts';
import type { ArgumentSource, Backend, S3Writes } from '../../../src/model/backend.ts';
import type { Environment } from '../../../src/model/effects.ts';
import type { EffectiveArgument, EffectiveBackend } from '../../../src/terraform/backend/effective.ts';
import { type Interpretation, interpret } from '../../../src/terraform/backend/types/interpret.ts';

export type Values = Readonly<Record<string, Datum>>;

/** What a block without a lock, a key or tags says of how it writes. */
export const plainWrites: S3Writes = {
  lockfile: { known: false },
  table: { known: null },
  tableEndpoint: { known: null },
  kmsKeyId: { known: null },
  tags: { known: {} },
};

/** Where the block's keyword is; the n-th argument is n lines below. */
export const at = (line: number) => ({ file: 'main.tf', line, column: 3 });

const code = (line: number): ArgumentSource => ({
  kind: 'code',
  text: `main.tf:${line}`,
  committed: true,
  location: at(line),
});

export const members = (values: Values): Datum => new Map(Object.entries(values));

/** What nobody can evaluate. */
export const open = (expression: string, why = 'the variable has no value in the repository'): Unevaluated =>
  new Unevaluated([{ expression, why, location: at(99) }]);

export function block(type: string, values: Values, source: Partial<ArgumentSource> = {}): EffectiveBackend {
  const found = Object.entries(values).map(([name, value], index): [string, EffectiveArgument] => [
    name,
    { value, source: { ...code(index + 3), ...source } },
  ]);
  return { type, declaredAt: at(2), arguments: new Map(found), candidates: [] };
}

interface Setting {
  readonly workspace?: string;
  readonly environment?: Environment;
}

export const read = (
  type: string,
  values: Values,
  { workspace = 'default', environment = {} }: Setting = {},
): Interpretation => interpret(block(type, values), { workspace, environment });

/** The backend; throws when the block is refused. */
export function backendOf(interpretation: Interpretation): Backend {
  if ('refusal' in interpretation) throw new Error(interpretation.refusal.message);
  return interpretation.backend;
}

/** `name=value (where)` of each argument that is told. */
export const toldOf = (interpretation: Interpretation): readonly string[] =>
  backendOf(interpretation).arguments.map(({ name, value, source }) => `${name}=${value} (${source.text})`);
