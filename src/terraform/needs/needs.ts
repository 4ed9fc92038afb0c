import { posix } from 'node:path';
import type { CodeDependencies, CodeNeeds, ToolPin } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import { type Fact, known, unknown } from '../../model/fact.ts';
import type { Problem, SourceLocation } from '../../model/location.ts';
import { argument } from '../arguments.ts';
import type { Directory, SourceFile } from '../files.ts';
import { toolOf } from '../tool.ts';
import { joinDependencies, readDependencies } from './dependencies.ts';
import { readLock } from './lock.ts';
import { filePins, requiredVersions } from './pins.ts';
import { requiredProviders } from './providers.ts';

/** What the files of one directory need; of local modules that they call, each has its own. */
export interface ModuleNeeds {
  readonly dependencies: CodeDependencies;
  readonly versions: readonly ToolPin[];
  readonly providers: readonly string[];
  readonly called: readonly CalledModule[];
}

/** A module that a directory calls. */
interface CalledModule {
  /** Relative to the audited root; null for one from elsewhere. */
  readonly path: string | null;
  /** For people: `module "vpc" (../vpc)`. */
  readonly text: string;
  readonly location: SourceLocation;
}

// Terraform takes only these for local paths (internal/addrs/module_source.go).
const LOCAL = /^\.\.?\//;

const calledBy = (file: SourceFile): readonly CalledModule[] =>
  file.scan.body.blocks
    .filter(({ type }) => type === 'module')
    .map((block): CalledModule => {
      const source = argument(block, 'source');
      const written = source.kind === 'literal' ? source.text : null;
      const isLocal = written !== null && LOCAL.test(written);
      return {
        path: isLocal ? posix.join(posix.dirname(file.path), written).replace(/\/$/, '') : null,
        text: `module "${block.labels[0] ?? ''}"${written === null ? '' : ` (${written})`}`,
        location: file.locate(block.body.attributes.get('source')?.start ?? block.start),
      };
    });

// A text that was cut out of a file keeps all of it in memory (V8's sliced strings): 150 MiB for 12,500 root modules.
const copied = <T>(needs: T): T => structuredClone(needs);

/** Reads what the files of one directory need, so that their texts need not be kept. */
export const readNeeds = (files: readonly SourceFile[]): ModuleNeeds =>
  copied({
    dependencies: readDependencies(files),
    versions: requiredVersions(files),
    providers: requiredProviders(files),
    called: files.flatMap(calledBy),
  });

/** A module as this needs it. */
export interface NeedingModule {
  readonly path: string;
  readonly calls: readonly string[];
  readonly needs: ModuleNeeds;
  /** Files that could not be read. */
  readonly problems: readonly Problem[];
}

/** The module at a path, whichever links lead there; undefined where none was read. */
type ModuleAt = (path: string) => NeedingModule | undefined;

/** A module and the local modules below it, each once: a circle, which Terraform refuses, ends, too. */
function withCalled(module: NeedingModule, moduleAt: ModuleAt): readonly NeedingModule[] {
  const met = new Map<string, NeedingModule>();
  const waiting = [module];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (met.has(next.path)) continue;
    met.set(next.path, next);
    for (const path of next.calls) {
      const called = moduleAt(path);
      if (called) waiting.push(called);
    }
  }
  return [...met.values()];
}

// What these make is in no cloud: a stack that has nothing else deploys nothing.
const HELPERS = /(?:^|\/)hashicorp\/(?:archive|external|http|local|null|random|template|time|tls)$/;
// `hashicorp/spacelift` is what a resource implies where nothing declares its provider.
const ORCHESTRATOR = /(?:^|\/)(?:spacelift-io|hashicorp)\/spacelift$/;

/**
 * Code that manages the orchestrator and nothing else need not run while that is gone. What deploys something else, too, is bound by it:
 * the provider of the orchestrator is asked by every plan.
 */
function bound(joined: CodeDependencies, required: readonly string[]): CodeDependencies {
  const location = joined.managesOrchestrator;
  const [other] = required.filter((source) => !HELPERS.test(source) && !ORCHESTRATOR.test(source));
  if (location === null || other === undefined) return joined;
  const text = `resources of Spacelift are planned together with those of ${other}, and its provider asks Spacelift`;
  const resource = { kind: 'resource', orchestrator: 'spacelift', text, location } as const;
  return { ...joined, found: [...joined.found, resource], managesOrchestrator: null };
}

const UNIT = /^terragrunt\.hcl(?:\.json)?$/;

/** What a root module needs besides its code, with what the local modules that it calls need; a gap where a file of them does not parse. */
export async function rootNeeds(
  fs: FileSystem,
  module: NeedingModule,
  { directory, moduleAt }: { readonly directory: Directory; readonly moduleAt: ModuleAt },
): Promise<Fact<CodeNeeds>> {
  const all = withCalled(module, moduleAt);
  const [broken] = all.flatMap(({ problems }) => problems);
  if (broken !== undefined) return unknown({ fact: 'stack.needs', cause: 'unparsable', detail: broken.message });
  const required = [...new Set(all.flatMap(({ needs }) => needs.providers))].sort();
  const called = all.flatMap(({ needs }) => needs.called);
  const missing = called.filter(({ path }) => path !== null && moduleAt(path) === undefined);
  const unseen = [...missing, ...called.filter(({ path }) => path === null)][0]?.text ?? null;
  return known({
    dependencies: bound(joinDependencies(all.map(({ needs }) => needs.dependencies)), required),
    // The tools hold the requirements of every module against their own version (Terraform, internal/terraform/version_required.go).
    pins: [...(await filePins(fs, directory)), ...all.flatMap(({ needs }) => needs.versions)],
    tool: (await toolOf(fs, directory))?.tool ?? null,
    terragrunt: directory.entries.some(({ name }) => UNIT.test(name)),
    missing: missing.map(({ text, location }) => ({ text, location })),
    lock: await readLock(fs, directory, { required, unseen }),
  });
}
