import { posix } from 'node:path';
import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import { scan } from '../hcl/scan.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import type { SourceFile } from '../terraform/files.ts';
import type { Layers } from './layers.ts';
import { type Generate, generatesIn } from './parts.ts';
import type { Place } from './run.ts';

/** A file of Terraform code that Terragrunt writes into the module. */
export interface GeneratedFile {
  readonly file: SourceFile;
  /** What its text rests on that nobody could evaluate: its unknown parts stand in it as `${…}`. */
  readonly open: Unevaluated | null;
}

/** The files that a unit generates, and the blocks whose contents are not known at all. */
export interface GeneratedFiles {
  readonly files: readonly GeneratedFile[];
  readonly unread: readonly Unevaluated[];
  readonly problems: readonly Problem[];
}

interface Merged {
  readonly blocks: Map<string, Generate>;
  readonly unread: Unevaluated[];
  readonly problems: Problem[];
}

/** Shallow merging refuses two blocks of one name, deep merging takes the upper one (`validateGenerateConfigs` in include.go). */
function duplicate(name: string, { file, span }: Place): Problem {
  const location = file.locate(span.start);
  const message = `${location.file}:${location.line}: Terragrunt refuses a generate block ${JSON.stringify(name)} that the including file has, too, unless merge_strategy is deep`;
  return { kind: 'invalid-backend', message, location };
}

/** The generate blocks of a unit by name, those above replacing those below. */
async function merged(layers: Layers): Promise<Merged> {
  const found: Merged = { blocks: new Map(), unread: [], problems: [] };
  for (const layer of layers) {
    const own = layer instanceof Unevaluated ? layer : await generatesIn(layer.configuration);
    if (layer instanceof Unevaluated || own instanceof Unevaluated) {
      if (own instanceof Unevaluated) found.unread.push(own);
      continue;
    }
    for (const [name, block] of own) {
      if (!found.blocks.has(name)) found.blocks.set(name, block);
      else if (layer.strategy === 'shallow') found.problems.push(duplicate(name, block.place));
    }
  }
  return found;
}

/** What Terragrunt would write, by whatever way it is known. */
export interface Writing {
  readonly path: string;
  readonly text: string;
  readonly at: SourceLocation;
}

/** Terraform code that is yet to be written; null for a file that the tools do not load. */
export function codeOf({ path, text, at }: Writing): SourceFile | null {
  if (!/\.(?:tf|tofu)$/.test(path)) return null;
  return {
    path,
    override: /(?:^|_)override\.(?:tf|tofu)$/.test(posix.basename(path)),
    dialect: path.endsWith('.tofu') ? 'opentofu' : 'terraform',
    ignored: false,
    text,
    scan: scan(text),
    // Nobody finds a line of a file that is not there.
    locate: () => at,
  };
}

const isFile = (path: Datum): path is string => typeof path === 'string' && path !== '';

/** Evaluates the generate blocks of a unit and scans what they write as Terraform code. */
export async function generatedFiles(
  layers: Layers,
  exists: (path: string) => Promise<boolean>,
): Promise<GeneratedFiles> {
  const { blocks, unread, problems } = await merged(layers);
  const files: GeneratedFile[] = [];
  for (const [name, { path: given, contents, ifExists, disable, place }] of blocks) {
    const path = isFile(given) ? given : `${name}.tf`;
    if (disable === true || (ifExists === 'skip' && (await exists(path)))) continue;
    const open = contents instanceof Unevaluated ? contents : null;
    const text = open ? open.pattern : contents;
    const file = typeof text === 'string' ? codeOf({ path, text, at: place.file.locate(place.span.start) }) : null;
    if (file) files.push({ file, open });
    else if (open) unread.push(open);
  }
  return { files, unread, problems };
}
