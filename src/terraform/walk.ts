import { posix } from 'node:path';
import type { DirectoryEntry, FileSystem } from '../model/effects.ts';
import type { Problem } from '../model/location.ts';
import { type Directory, isConfiguration, pathProblem } from './files.ts';

/** Everything that a walk came by. */
export interface Walk {
  readonly directories: readonly Directory[];
  /** The directories that were asked for by name. */
  readonly named: ReadonlySet<string>;
  /** Other spellings of a directory: a link's path to the path under which its target was listed. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** What to walk; all paths absolute. */
export interface WalkRequest {
  readonly root: string;
  readonly paths: readonly string[];
  /** Directories, relative to the root, that are left out with all below them. */
  readonly exclude?: (path: string) => boolean;
}

interface Place {
  readonly path: string;
  readonly absolute: string;
}

// Windows spells paths with backslashes and a drive; elsewhere a backslash is an ordinary character.
const slashed = (path: string): string =>
  /^(?:[A-Za-z]:)?\\|^[A-Za-z]:/.test(path) ? path.replaceAll('\\', '/') : path;

const relative = (from: string, to: string): string => posix.relative(slashed(from), slashed(to)) || '.';
const isOutside = (path: string): boolean => path === '..' || path.startsWith('../') || posix.isAbsolute(path);
const isSkipped = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

class Walker {
  readonly directories: Directory[] = [];
  readonly named = new Set<string>();
  readonly aliases = new Map<string, string>();
  readonly problems: Problem[] = [];
  readonly #fs: FileSystem;
  readonly #request: WalkRequest;
  readonly #realRoot: string;
  /** Real path, relative to the real root, to the path under which it is listed. A directory is listed once. */
  readonly #listed = new Map<string, string>();
  #links: Place[] = [];

  constructor(fs: FileSystem, request: WalkRequest, realRoot: string) {
    this.#fs = fs;
    this.#request = request;
    this.#realRoot = realRoot;
  }

  async #real(absolute: string): Promise<string> {
    return relative(this.#realRoot, await this.#fs.realPath(absolute));
  }

  async #contains(absolute: string): Promise<boolean> {
    // A link that leads nowhere is left to the reader of the file, who has the error to say so.
    return this.#real(absolute).then(
      (real) => !isOutside(real),
      () => true,
    );
  }

  /** Starts at a path that was named; a file stands for its directory. */
  async name(absolute: string): Promise<void> {
    const path = relative(this.#request.root, absolute);
    try {
      const real = isOutside(path) ? path : await this.#real(absolute);
      if (isOutside(real)) {
        this.problems.push(pathProblem('link-outside-root', path, 'outside the audited root; it was not read'));
        return;
      }
      const { kind } = await this.#fs.stat(absolute);
      if (kind !== 'directory') return await this.name(posix.dirname(slashed(absolute)));
      await this.#descend({ path, absolute }, real);
      this.named.add(this.#listed.get(real) ?? path);
    } catch (error) {
      this.problems.push(pathProblem('unreadable-directory', path, error));
    }
  }

  async #descend(place: Place, real: string): Promise<void> {
    if (this.#listed.has(real) || this.#request.exclude?.(place.path)) return;
    this.#listed.set(real, place.path);
    let entries: readonly DirectoryEntry[];
    try {
      entries = await this.#fs.list(place.absolute);
    } catch (error) {
      this.problems.push(pathProblem('unreadable-directory', place.path, error));
      return;
    }
    this.directories.push({ ...place, entries, contains: (absolute) => this.#contains(absolute) });
    const below = entries.map(({ name, kind }) => ({
      kind,
      name,
      place: { path: posix.join(place.path, name), absolute: `${place.absolute}/${name}` },
    }));
    for (const { kind, name, place: link } of below) {
      if (kind === 'link' && !isSkipped(name) && !isConfiguration(name)) this.#links.push(link);
    }
    await Promise.all(
      below
        .filter(({ kind, name }) => kind === 'directory' && !isSkipped(name))
        .map(({ name, place: child }) => this.#descend(child, posix.join(real, name))),
    );
  }

  /** Follows links to directories, after all real paths are listed, so that those give the names. */
  async followLinks(): Promise<void> {
    while (this.#links.length > 0) {
      const links = this.#links.sort((a, b) => (a.path < b.path ? -1 : 1));
      this.#links = [];
      for (const link of links) await this.#follow(link);
    }
  }

  async #follow(link: Place): Promise<void> {
    try {
      if ((await this.#fs.stat(link.absolute)).kind !== 'directory') return;
      const real = await this.#real(link.absolute);
      if (isOutside(real)) {
        this.problems.push(pathProblem('link-outside-root', link.path, 'the link leaves the audited root'));
        return;
      }
      if (real.split('/').some((name) => name !== '.' && isSkipped(name))) return;
      await this.#descend(link, real);
      const listed = this.#listed.get(real);
      if (listed !== undefined && listed !== link.path) this.aliases.set(link.path, listed);
    } catch (error) {
      // Nothing is lost with a link that leads nowhere; anything else may hide a stack.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      this.problems.push(pathProblem('unreadable-directory', link.path, error));
    }
  }
}

/** Lists the directories under the given paths: no dot-directories, no `node_modules`, each real directory once. */
export async function walk(fs: FileSystem, request: WalkRequest): Promise<Walk> {
  const walker = new Walker(fs, request, await fs.realPath(request.root).catch(() => request.root));
  for (const path of request.paths) await walker.name(path);
  await walker.followLinks();
  const directories = walker.directories.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { directories, named: walker.named, aliases: walker.aliases, problems: walker.problems };
}
