import { posix } from 'node:path';
import { locator } from '../../hcl/position.ts';
import { scan } from '../../hcl/scan.ts';
import type { LockedProvider, ProviderLock } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import { type Fact, known, unknown } from '../../model/fact.ts';
import { argument } from '../arguments.ts';
import type { Directory } from '../files.ts';
import { smallFile } from '../tool.ts';

const LOCK_FILE = '.terraform.lock.hcl';

// A source without a host is in the registry of the tool that reads it.
const REGISTRIES: readonly string[] = ['registry.terraform.io', 'registry.opentofu.org'];

/** True where the full address of a lock file is the provider that the code names, whose registry may be left out. */
const isLocked = (source: string, { source: full }: LockedProvider): boolean =>
  full === source || REGISTRIES.some((registry) => full === `${registry}/${source}`);

/** The entries of a lock file; one without a version locks nothing, and the tools refuse it. */
function lockedIn(text: string): readonly LockedProvider[] | null {
  const { body, error } = scan(text);
  if (error) return null;
  return body.blocks
    .filter(({ type }) => type === 'provider')
    .flatMap((block) => {
      const version = argument(block, 'version');
      if (version.kind !== 'literal') return [];
      const hashes = block.body.attributes.get('hashes')?.value;
      const written = (hashes ? text.slice(hashes.start, hashes.end) : '').replace(/^[ \t]*(?:#|\/\/).*$/gm, '');
      const distinct = (scheme: string) => new Set(written.match(new RegExp(`"${scheme}:[^"]*"`, 'g'))).size;
      const source = (block.labels[0] ?? '').toLowerCase();
      return [{ source, version: version.text, h1: distinct('h1'), zh: distinct('zh') }];
    });
}

/** What the code needs to have locked. */
export interface LockNeeds {
  /** The providers of the code and of its local modules. */
  readonly required: readonly string[];
  /** A module whose code is not here, for people; null where there is none. */
  readonly unseen: string | null;
}

/** The dependency lock file of a directory, held against the providers that its code, and that of its local modules, needs. */
export async function readLock(
  fs: FileSystem,
  { path, absolute, entries, ignored, contains }: Directory,
  { required, unseen }: LockNeeds,
): Promise<Fact<ProviderLock>> {
  const there = entries.some(({ name, kind }) => name === LOCK_FILE && kind !== 'directory');
  const file = posix.join(path, LOCK_FILE);
  const location = { file, line: 1, column: 1 };
  const committed = there && !ignored.has(LOCK_FILE);
  const text = committed ? await smallFile(fs, { absolute: `${absolute}/${LOCK_FILE}`, contains }) : '';
  const locked = text === null ? null : lockedIn(text);
  if (text === null || locked === null) {
    const detail = `${file} ${text === null ? 'cannot be read' : 'does not parse'}`;
    return unknown({ fact: 'stack.lock', cause: 'unparsable', detail });
  }
  if (required.length + locked.length === 0 && unseen !== null)
    return unknown({
      fact: 'stack.lock',
      cause: 'undecided',
      detail: `nothing is locked, and ${unseen} may need providers`,
    });
  if (!committed)
    return known(there && required.length > 0 ? { kind: 'ignored', location } : { kind: 'absent', required });
  const missing = required.filter((source) => !locked.some((one) => isLocked(source, one)));
  return known({ kind: 'present', location: { file, ...locator(text)(0) }, locked, missing });
}
