import { posix } from 'node:path';
import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction, NameFailure } from '../hcl/expressions/scope.ts';
import { ofTexts } from './parameters.ts';
import type { Frame, Includes, Run } from './run.ts';

const between = (from: string, to: string): string => posix.relative(from, to) || '.';

/** The include that the functions of a path are about: the label chooses where there are several (`getSelectedIncludeBlock`). */
function selected(includes: Includes, label: string | undefined): string | Unevaluated | null {
  if (includes instanceof Unevaluated) return includes;
  const [first, second] = includes;
  if (!first) return null;
  if (!second) return first.path;
  if (label === undefined) throw new CallFailure('with several include blocks it takes the label of one');
  const named = includes.find(({ name }) => name === label);
  if (!named) throw new CallFailure(`there is no include block ${JSON.stringify(label)}`);
  return named.path;
}

// `DefaultMaxFoldersToCheck` in Terragrunt's pkg/options/options.go.
const MOST_PARENTS = 100;

/** The file names that are looked for without a name: `DefaultTerragruntConfigPaths` in pkg/config/config.go, JSON first. */
const DEFAULT_NAMES = ['terragrunt.hcl.json', 'terragrunt.hcl'];

/**
 * `find_in_parent_folders` (`findInParentFoldersImpl` in pkg/config/config_helpers.go) looks above the configuration's own
 * directory. Nothing above the audited root is looked at; where the root is that of the repository, nothing is committed
 * above it, so the fallback is what holds for everybody who has only the repository.
 */
async function findInParents(
  { library }: Run,
  { config }: Frame,
  [name, fallback]: readonly string[],
): Promise<string> {
  const names = name ? [name] : DEFAULT_NAMES;
  let directory = posix.dirname(config);
  for (let steps = 0; steps < MOST_PARENTS && directory !== library.root; steps += 1) {
    directory = posix.dirname(directory);
    for (const candidate of names) {
      const path = posix.join(directory, candidate);
      const kind = await library.kind(path);
      if (kind === 'outside') throw new NameFailure(`${library.relative(path)} leads outside the audited root`);
      if (kind !== 'absent') return path;
    }
  }
  if (fallback !== undefined && (await library.repository(library.root)) === library.root) return fallback;
  throw new NameFailure('no such file is found up to the audited root, and above the audited root nothing is read');
}

/** The functions that tell paths (Terragrunt's pkg/config/config_helpers.go): all count from the unit, whatever file they are in. */
export function pathFunctions(
  run: Run,
  frame: Frame,
  includes: () => Promise<Includes>,
): ReadonlyMap<string, HclFunction> {
  const unit = posix.dirname(frame.config);
  const { library } = run;

  async function includePath(label: string | undefined): Promise<string | Unevaluated | null> {
    return frame.included ? frame.file.absolute : selected(await includes(), label);
  }

  const towards = (relation: (include: string) => Datum, none: Datum): HclFunction =>
    ofTexts([0, 1], async ([label]) => {
      const path = await includePath(label);
      if (path === null) return none;
      return path instanceof Unevaluated ? path : relation(posix.dirname(path));
    });

  const inRepository = (relation: (top: string) => Datum): HclFunction =>
    ofTexts([0, 0], async () => {
      const top = await library.repository(unit);
      if (top === null) throw new NameFailure('the audited root is in no git repository');
      return relation(top);
    });

  return new Map([
    ['path_relative_to_include', towards((include) => between(include, unit), '.')],
    ['path_relative_from_include', towards((include) => between(unit, include), '.')],
    ['get_parent_terragrunt_dir', towards((include) => include, unit)],
    ['get_terragrunt_dir', ofTexts([0, 0], () => unit)],
    ['get_original_terragrunt_dir', ofTexts([0, 0], () => posix.dirname(frame.original))],
    ['get_repo_root', inRepository((top) => top)],
    ['get_path_from_repo_root', inRepository((top) => between(top, unit))],
    ['get_path_to_repo_root', inRepository((top) => between(unit, top))],
    ['find_in_parent_folders', ofTexts([0, 2], (texts) => findInParents(run, frame, texts))],
    ['mark_as_read', ofTexts([1, 1], ([path = '']) => path)],
  ]);
}
