import type { BackendConfigInFile } from '../schema/config.ts';
import type { BackendConfigEntry } from './config.ts';
import type { Parsed, Path } from './parse.ts';

/** `backendConfig` with its defaults and places; the text of a scalar is what follows `NAME=` in `-backend-config=NAME=…`. */
export const backendEntries = (
  entries: readonly BackendConfigInFile[],
  { valueAt }: Parsed,
): readonly BackendConfigEntry[] =>
  entries.map(({ match, name = null, files = [], values = {} }, index) => {
    const entry: Path = ['backendConfig', String(index)];
    return {
      match,
      name,
      files: files.map((path, position) => ({ path, location: valueAt([...entry, 'files', String(position)]) })),
      values: Object.entries(values).map(([argument, value]) => ({
        name: argument,
        text: typeof value === 'object' ? value : String(value),
        location: valueAt([...entry, 'values', argument]),
      })),
      location: valueAt(entry),
    };
  });
