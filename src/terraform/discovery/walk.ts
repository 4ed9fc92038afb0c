import { posix } from 'node:path';
import type { DirectoryEntry, FileSystem } from '../../model/effects.ts';
import type { Problem } from '../../model/location.ts';
import { type Directory, isConfiguration, pathProblem } from '../files.ts';
import { type CommandFile, filesInDotPlaces } from './dot-places.ts';
import { type GitReading, type GitRules, isIgnored, rulesAbove, rulesIn } from './gitignore.ts';

/** Everything that a walk came by. */
export interface Walk {
  readonly directories: readonly Directory[];
  /** The directories that were asked for by name. */
  readonly named: ReadonlySet<string>;
  /** Other spellings of a directory: a link's path to the path under which its target was listed. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The files for which `interesting` held, by path. */
  readonly commandFiles: readonly CommandFile[];
  /** Directories that git ignores although they hold configuration files. */
  readonly passedOver: readonly string[];
  readonly problems: readonly Problem[];
}

/** What to walk; all paths absolute. */
export interface WalkRequest {
  readonly root: string;
  readonly paths: readonly string[];
  /** Directories, relative to the root, that are left out with all below them. */
  readonly exclude?: (path: string) => boolean;
  /** Files, relative to the root, to collect besides. */
  readonly interesting?: (path: string) => boolean;
}

interface Place {
  readonly path: string;
  readonly absolute: string;
}

/** A place with its real path, relative to the real root, and what git ignores in the directory that it is in. */
interface Found extends Place {
  readonly real: string;
  readonly rules: GitRules;
}

// Windows spells paths with backslashes and a drive; elsewhere a backslash is an ordinary character.
const slashed = (path: string): string =>
  /^(?:[A-Za-z]:)?\\|^[A-Za-z]:/.test(path) ? path.replaceAll('\\', '/') : path;

const relative = (from: string, to: string): string => posix.relative(slashed(from), slashed(to)) || '.';
const isOutside = (path: string): boolean => path === '..' || path.startsWith('../') || posix.isAbsolute(path);
const isSkipped = (name: string): boolean => name.startsWith('.') || name === 'node_modules';
const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1);

// CDKTF writes its stacks there (`cdktf.out/stacks/<stack>/cdk.tf.json`), and its template for new projects has git ignore it.
const GENERATED = 'cdktf.out';

// Of these a later stage asks whether they are committed; matching all files of a large tree would be the hot path.
const isAsked = ({ name, kind }: DirectoryEntry): boolean =>
  kind !== 'directory' &&
  (isConfiguration(name) || /\.(?:hcl|tfvars|tfvars\.json|tfbackend|tfbackend\.json|backend)$/.test(name));

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

class Walker {
  readonly directories: Directory[] = [];
  readonly named = new Set<string>();
  readonly aliases = new Map<string, string>();
  readonly commandFiles: CommandFile[] = [];
  readonly passedOver: string[] = [];
  readonly problems: Problem[] = [];
  readonly #fs: FileSystem;
  readonly #request: WalkRequest;
  readonly #realRoot: string;
  /** Real path, relative to the real root, to the path under which it is listed. A directory is listed once. */
  readonly #listed = new Map<string, string>();
  #links: Found[] = [];

  constructor(fs: FileSystem, request: WalkRequest, realRoot: string) {
    this.#fs = fs;
    this.#request = request;
    this.#realRoot = slashed(realRoot);
  }

  async #real(absolute: string): Promise<string> {
    return relative(this.#realRoot, await this.#fs.realPath(absolute));
  }

  #absolute(real: string): string {
    return posix.join(this.#realRoot, real);
  }

  async #contains(absolute: string): Promise<boolean> {
    // Whether something exists outside is nobody's to learn, so a path that leads there by its text is not followed at all.
    if (isOutside(relative(this.#request.root, absolute))) return false;
    // A link that leads nowhere is left to the reader of the file, who has the error to say so.
    return this.#real(absolute).then(
      (real) => !isOutside(real),
      () => true,
    );
  }

  #rulesOf({ rules, problems }: GitReading): GitRules {
    for (const { kind, file, why } of problems) {
      const { message } = pathProblem(kind, relative(this.#realRoot, file), why);
      // Two named paths have the levels above them in common.
      if (!this.problems.some((problem) => problem.message === message)) this.problems.push({ kind, message });
    }
    return rules;
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
      const rules = this.#rulesOf(await rulesAbove(this.#fs, this.#realRoot, this.#absolute(real)));
      await this.#descend({ path, absolute, real, rules });
      this.named.add(this.#listed.get(real) ?? path);
    } catch (error) {
      this.problems.push(pathProblem('unreadable-directory', path, error));
    }
  }

  async #descend(place: Found): Promise<void> {
    const { path, absolute, real } = place;
    if (this.#listed.has(real) || this.#request.exclude?.(path)) return;
    this.#listed.set(real, path);
    let entries: readonly DirectoryEntry[];
    try {
      entries = await this.#fs.list(absolute);
    } catch (error) {
      this.problems.push(pathProblem('unreadable-directory', path, error));
      return;
    }
    const here = this.#absolute(real);
    const rules = this.#rulesOf(await rulesIn(this.#fs, place.rules, { absolute: here, entries }));
    const ignores = ({ name, kind }: DirectoryEntry) => isIgnored(rules, posix.join(here, name), kind);
    const ignored = new Set(entries.filter((entry) => isAsked(entry) && ignores(entry)).map(({ name }) => name));
    this.directories.push({ path, absolute, entries, ignored, contains: (file) => this.#contains(file) });
    const below = entries.map((entry) => ({
      entry,
      place: {
        path: posix.join(path, entry.name),
        absolute: `${absolute}/${entry.name}`,
        real: posix.join(real, entry.name),
        rules,
      },
    }));
    for (const { entry, place: found } of below) {
      if (entry.kind === 'link' && !isSkipped(entry.name) && !isConfiguration(entry.name) && !ignores(entry))
        this.#links.push(found);
    }
    await this.#collect(below.map(({ entry, place: found }) => ({ ...found, kind: entry.kind })));
    await Promise.all(
      below.flatMap(({ entry, place: child }) => {
        if (entry.kind !== 'directory' || isSkipped(entry.name)) return [];
        // Everything is ignored only below a directory that was named, or generated: it is walked all the same.
        if (rules.patterns === 'everything' || !ignores(entry)) return [this.#descend(child)];
        return entry.name === GENERATED
          ? [this.#descend({ ...child, rules: { ...rules, patterns: 'everything' } })]
          : [this.#passOver(child)];
      }),
    );
  }

  /** What git ignores may be tracked all the same; configuration in it is told, and not read. */
  async #passOver({ path, absolute }: Place): Promise<void> {
    const entries = await this.#fs.list(absolute).catch(() => []);
    if (entries.some(({ name, kind }) => kind !== 'directory' && isConfiguration(name))) this.passedOver.push(path);
  }

  async #collect(files: readonly (Place & { readonly kind: DirectoryEntry['kind'] })[]): Promise<void> {
    const { interesting } = this.#request;
    if (!interesting) return;
    for (const { path, absolute, kind } of files) {
      if (kind === 'directory' || kind === 'other' || !interesting(path)) continue;
      if (kind === 'file' || (await this.#leadsToFile(absolute))) this.commandFiles.push({ path, absolute });
    }
  }

  async #leadsToFile(link: string): Promise<boolean> {
    if (!(await this.#contains(link))) return false;
    return this.#fs.stat(link).then(
      ({ kind }) => kind === 'file',
      () => false,
    );
  }

  /** Follows links to directories, after all real paths are listed, so that those give the names. */
  async followLinks(): Promise<void> {
    while (this.#links.length > 0) {
      const links = this.#links.sort(byPath);
      this.#links = [];
      for (const link of links) await this.#follow(link);
    }
  }

  async #follow(link: Found): Promise<void> {
    try {
      if ((await this.#fs.stat(link.absolute)).kind !== 'directory') return;
      const real = await this.#real(link.absolute);
      if (isOutside(real)) {
        this.problems.push(pathProblem('link-outside-root', link.path, 'the link leaves the audited root'));
        return;
      }
      if (real.split('/').some((name) => name !== '.' && isSkipped(name))) return;
      if (!this.#listed.has(real)) {
        const { rules } = await rulesAbove(this.#fs, this.#realRoot, this.#absolute(real));
        // What git ignores is not walked by another way in, either.
        if (rules.patterns === 'everything' && link.rules.patterns !== 'everything') return;
        await this.#descend({ ...link, real, rules });
      }
      const listed = this.#listed.get(real);
      if (listed !== undefined && listed !== link.path) this.aliases.set(link.path, listed);
    } catch (error) {
      // Nothing is lost with a link that leads nowhere; anything else may hide a stack.
      if (isAbsent(error)) return;
      this.problems.push(pathProblem('unreadable-directory', link.path, error));
    }
  }
}

/**
 * Lists the directories under the given paths, each real directory once: no dot-directories, no `node_modules`, and nothing that
 * git ignores unless it was named or CDKTF generated it. Never throws: what could not be listed is a problem.
 */
export async function walk(fs: FileSystem, request: WalkRequest): Promise<Walk> {
  const walker = new Walker(fs, request, await fs.realPath(request.root).catch(() => request.root));
  for (const path of request.paths) await walker.name(path);
  await walker.followLinks();
  const { interesting } = request;
  const dots = interesting ? await filesInDotPlaces(fs, request.root, interesting) : { files: [], problems: [] };
  const byName = new Map([...walker.commandFiles, ...dots.files].map((file) => [file.path, file]));
  return {
    directories: walker.directories.sort(byPath),
    named: walker.named,
    aliases: walker.aliases,
    commandFiles: [...byName.values()].sort(byPath),
    passedOver: walker.passedOver.sort(),
    problems: [...walker.problems, ...dots.problems],
  };
}
