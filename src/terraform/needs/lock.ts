import { posix } from 'node:path';
import type { Block } from '../../hcl/body.ts';
import { locator } from '../../hcl/position.ts';
import { scan } from '../../hcl/scan.ts';
import type { LockedProvider, ProviderLock } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import { type Fact, known, unknown } from '../../model/fact.ts';
import { argument } from '../arguments.ts';
import type { Directory, SourceFile } from '../files.ts';
import { smallFile } from '../tool.ts';

const LOCK_FILE = '.terraform.lock.hcl';

/** `NAMESPACE/NAME` by the name that the code gives a provider. */
function declaredSources(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const attributes = files.flatMap((file) =>
    file.scan.body.blocks
      .filter(({ type }) => type === 'terraform')
      .flatMap(({ body }) => body.blocks.filter(({ type }) => type === 'required_providers'))
      .flatMap(({ body }) => [...body.attributes.values()].map((attribute) => ({ attribute, file }))),
  );
  return new Map(
    attributes.map(({ attribute: { name, value }, file }) => {
      const [, source] = /\bsource"?\s*[=:]\s*"([^"]*)"/.exec(file.text.slice(value.start, value.end)) ?? [];
      return [name, source ?? `hashicorp/${name}`];
    }),
  );
}

const USED: readonly string[] = ['resource', 'data', 'ephemeral'];

/** The provider that a block belongs to: by its `provider` argument, else by the first word of its type (Terraform, internal/addrs/resource.go, ImpliedProvider). */
function usedBy(file: SourceFile, block: Block): string | null {
  if (block.type === 'provider') return block.labels[0] ?? null;
  if (!USED.includes(block.type)) return null;
  const own = block.body.attributes.get('provider')?.value;
  const named = own && /^\s*([\w-]+)/.exec(file.text.slice(own.start, own.end))?.[1];
  return named ?? block.labels[0]?.split('_', 1)[0] ?? null;
}

// It is part of the tool: nothing is installed for it.
const BUILT_IN = 'terraform';

/** The providers that the code of one directory needs, as `NAMESPACE/NAME` or `HOST/NAMESPACE/NAME`, sorted. */
export function requiredProviders(files: readonly SourceFile[]): readonly string[] {
  const declared = declaredSources(files);
  const used = files.flatMap((file) => file.scan.body.blocks.flatMap((block) => usedBy(file, block) ?? []));
  const implied = used.filter((name) => name !== BUILT_IN && !declared.has(name)).map((name) => `hashicorp/${name}`);
  const all = new Set([...declared.values(), ...implied].map((source) => source.toLowerCase()));
  all.delete('terraform.io/builtin/terraform');
  return [...all].sort();
}

/** True where the full address of a lock file is the provider that the code names, whose registry may be left out. */
const isLocked = (source: string, { source: full }: LockedProvider): boolean =>
  full === source || full.split('/').slice(1).join('/') === source;

function lockedIn(text: string): readonly LockedProvider[] | null {
  const { body, error } = scan(text);
  if (error) return null;
  return body.blocks
    .filter(({ type }) => type === 'provider')
    .map((block) => {
      const version = argument(block, 'version');
      const hashes = block.body.attributes.get('hashes')?.value;
      const written = hashes ? text.slice(hashes.start, hashes.end) : '';
      return {
        source: (block.labels[0] ?? '').toLowerCase(),
        version: version.kind === 'literal' ? version.text : '',
        h1: written.match(/"h1:/g)?.length ?? 0,
        zh: written.match(/"zh:/g)?.length ?? 0,
      };
    });
}

/** The dependency lock file of a directory, held against the providers that its code, and that of its local modules, needs. */
export async function readLock(
  fs: FileSystem,
  { path, absolute, entries, ignored, contains }: Directory,
  required: readonly string[],
): Promise<Fact<ProviderLock>> {
  if (!entries.some(({ name, kind }) => name === LOCK_FILE && kind !== 'directory'))
    return known({ kind: 'absent', required });
  const file = posix.join(path, LOCK_FILE);
  const location = { file, line: 1, column: 1 };
  if (ignored.has(LOCK_FILE)) return known({ kind: 'ignored', location });
  const text = await smallFile(fs, { absolute: `${absolute}/${LOCK_FILE}`, contains });
  const locked = text === null ? null : lockedIn(text);
  if (text === null || locked === null) {
    const detail = `${file} ${text === null ? 'cannot be read' : 'does not parse'}`;
    return unknown({ fact: 'stack.lock', cause: 'unparsable', detail });
  }
  const missing = required.filter((source) => !locked.some((one) => isLocked(source, one)));
  return known({ kind: 'present', location: { file, ...locator(text)(0) }, locked, missing });
}
