import { posix } from 'node:path';
import type { FileSystem } from '../model/effects.ts';
import { type Directory, isConfiguration, isTofu, LARGEST_COMMAND_FILE } from './files.ts';

/** The program that runs a root module. */
export type Tool = 'terraform' | 'opentofu';

/** The tool that the sources name for a root module, and the file that names it. */
export interface NamedTool {
  readonly tool: Tool;
  readonly because: string;
}

interface Sign {
  readonly file: string;
  readonly tool: (text: string) => Tool | null;
}

const always = (tool: Tool) => () => tool;
const first = (text: string, signs: Readonly<Record<Tool, RegExp>>): Tool | null => {
  const named = (['terraform', 'opentofu'] as const).filter((tool) => signs[tool].test(text));
  return named.length === 1 ? (named[0] ?? null) : null;
};

// tenv and its forerunners read the first two, asdf and mise the third; a lock file names the registry of the tool that wrote it.
const signs: readonly Sign[] = [
  { file: '.opentofu-version', tool: always('opentofu') },
  { file: '.terraform-version', tool: always('terraform') },
  {
    file: '.tool-versions',
    tool: (text) => first(text, { terraform: /^terraform\s/m, opentofu: /^opentofu\s/m }),
  },
];
const lock: Sign = {
  file: '.terraform.lock.hcl',
  tool: (text) =>
    first(text, {
      terraform: /^provider "registry\.terraform\.io\//m,
      opentofu: /^provider "registry\.opentofu\.org\//m,
    }),
};

/** Where a file is, and how far links may lead. */
export type Reach = Pick<Directory, 'absolute' | 'contains'>;

/** The text of a small file; null for one that leaves the root, is none or is huge. */
export async function smallFile(fs: FileSystem, { absolute, contains }: Reach): Promise<string | null> {
  try {
    const { kind, bytes } = await fs.stat(absolute);
    if (kind !== 'file' || bytes > LARGEST_COMMAND_FILE || !(await contains(absolute))) return null;
    return new TextDecoder().decode(await fs.read(absolute));
  } catch {
    return null;
  }
}

async function named(fs: FileSystem, place: Reach, given: readonly Sign[]): Promise<readonly NamedTool[]> {
  const found = await Promise.all(
    given.map(async ({ file, tool }) => {
      const text = await smallFile(fs, { ...place, absolute: `${place.absolute}/${file}` });
      const says = text === null ? null : tool(text);
      return says === null ? [] : [{ tool: says, because: file }];
    }),
  );
  return found.flat();
}

/** A directory and those above it up to the audited root; absolute. */
export function upward({ path, absolute }: Pick<Directory, 'path' | 'absolute'>): readonly string[] {
  const depth = path === '.' ? 0 : path.split('/').length;
  return Array.from({ length: depth + 1 }, (_, up) => posix.join(absolute, ...Array(up).fill('..')));
}

/**
 * Which tool runs a root module: OpenTofu where the directory has `.tofu` files, else what the lock file and the nearest version
 * files, here or above up to the audited root, agree on; null where nothing says so, or they contradict each other.
 */
export async function toolOf(
  fs: FileSystem,
  { path, absolute, entries, contains }: Directory,
): Promise<NamedTool | null> {
  const tofu = entries.find(({ name }) => isConfiguration(name) && isTofu(name));
  if (tofu) return { tool: 'opentofu', because: tofu.name };
  const locked = await named(fs, { absolute, contains }, [lock]);
  const places = upward({ path, absolute });
  let versions: readonly NamedTool[] = [];
  for (const place of places) {
    if (versions.length === 0) versions = await named(fs, { absolute: place, contains }, signs);
  }
  const [one, ...others] = [...locked, ...versions];
  return one && others.every(({ tool }) => tool === one.tool) ? one : null;
}
