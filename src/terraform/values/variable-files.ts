import { posix } from 'node:path';
import { byBytes } from '../../hcl/expressions/conversion.ts';
import type { Datum } from '../../hcl/expressions/datum.ts';
import type { FileSystem } from '../../model/effects.ts';
import type { Directory } from '../files.ts';
import { argumentFile, argumentValue } from './argument-file.ts';

/** A variable's value, and the file that gives it, relative to the audited root. */
export interface GivenVariable {
  readonly value: Datum;
  readonly path: string;
  readonly ignored: boolean;
}

/** The values of input variables that files give, or why they are not known. */
export type VariableFiles =
  | { readonly kind: 'read'; readonly values: ReadonlyMap<string, GivenVariable> }
  /** Any variable may be set in a file that could not be read. */
  | { readonly kind: 'unreadable'; readonly path: string };

/** Terraform loads these by itself, in this order (`collectVariableValues` in internal/command/meta_vars.go). */
function loaded({ entries }: Directory): readonly string[] {
  const names = entries.filter(({ kind }) => kind !== 'directory').map(({ name }) => name);
  const automatic = names.filter((name) => /\.auto\.tfvars(?:\.json)?$/.test(name)).sort(byBytes);
  return [...['terraform.tfvars', 'terraform.tfvars.json'].filter((name) => names.includes(name)), ...automatic];
}

/** The values that a module's own tfvars files give, later files over earlier ones. */
export async function readVariableFiles(fs: FileSystem, directory: Directory): Promise<VariableFiles> {
  const values = new Map<string, GivenVariable>();
  for (const name of loaded(directory)) {
    const path = posix.join(directory.path, name);
    const file = await argumentFile(fs, {
      path,
      absolute: `${directory.absolute}/${name}`,
      contains: directory.contains,
    });
    if ('problem' in file || file.error) return { kind: 'unreadable', path };
    for (const [variable, { value }] of file.body.attributes) {
      values.set(variable, { value: await argumentValue(file, value), path, ignored: directory.ignored.has(name) });
    }
  }
  return { kind: 'read', values };
}
