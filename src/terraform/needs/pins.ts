import { posix } from 'node:path';
import type { ToolPin } from '../../model/dependencies.ts';
import type { FileSystem } from '../../model/effects.ts';
import { argument } from '../arguments.ts';
import type { Directory, SourceFile } from '../files.ts';
import { smallFile, upward } from '../tool.ts';
import { onlyVersion } from './constraint.ts';

type Tool = NonNullable<ToolPin['tool']>;

interface VersionFile {
  readonly name: string;
  readonly pins: (text: string) => readonly { readonly tool: Tool; readonly version: string }[];
}

const LINE = /\r\n?|\n/;

const firstLine = (text: string): string =>
  text
    .split(LINE)
    .map((line) => line.replace(/#.*$/, '').trim())
    .find((line) => line !== '') ?? '';

const whole =
  (tool: Tool): VersionFile['pins'] =>
  (text) => {
    const version = firstLine(text);
    return version === '' ? [] : [{ tool, version }];
  };

const TOOLS: readonly Tool[] = ['terraform', 'opentofu', 'terragrunt'];

/** `terraform 1.9.8` of asdf, a line for each tool; the first of several versions is the one that is used. */
const asdf: VersionFile['pins'] = (text) =>
  TOOLS.flatMap((tool) => {
    const [, version] = new RegExp(`^${tool}[ \\t]+(\\S+)`, 'm').exec(text) ?? [];
    return version === undefined ? [] : [{ tool, version }];
  });

const quoted = (value: string): string | undefined => /^["']([^"']*)["']/.exec(value)?.[1];

/** The version in a value of mise: a text, the first text of a list, or `version` of an inline table. */
function miseVersion(value: string): string | undefined {
  if (value.startsWith('[')) return quoted(value.slice(1).trim());
  const [, inTable] = value.startsWith('{') ? (/\bversion\s*=\s*(.*)/.exec(value) ?? []) : [];
  return quoted(inTable ?? value);
}

/** `terraform = "1.9.8"` below `[tools]` of mise, by its name or by that of a backend: `aqua:hashicorp/terraform` (mise.jdx.dev, "mise.toml"). */
const mise: VersionFile['pins'] = (text) => {
  const found: { readonly tool: Tool; readonly version: string }[] = [];
  let section = '';
  for (const line of text.split(LINE)) {
    const [, head] = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line) ?? [];
    if (head !== undefined) section = `${head.trim()}.`;
    const [, key, value] = /^\s*((?:"[^"]*"|'[^']*'|[\w.-])+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const [, name] = /^tools\.(.*?)(?:\.version)?$/.exec((section + key).replace(/["']/g, '')) ?? [];
    const tool = TOOLS.find((one) => one === name?.split(/[:/]/).at(-1));
    const version = tool && miseVersion(value);
    if (tool && version) found.push({ tool, version });
  }
  return found;
};

/** Files in which tenv, tfenv, tofuenv, tgenv, asdf and mise look for a version, in the directory and above it. */
const FILES: readonly VersionFile[] = [
  { name: '.terraform-version', pins: whole('terraform') },
  { name: '.opentofu-version', pins: whole('opentofu') },
  { name: '.terragrunt-version', pins: whole('terragrunt') },
  { name: '.tool-versions', pins: asdf },
  { name: 'mise.toml', pins: mise },
  { name: '.mise.toml', pins: mise },
];

const EXACT = /^=?\s*v?\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/** True for one version, and not a range, a word such as `latest`, or a part of one. */
export const isExactVersion = (version: string): boolean => EXACT.test(version.trim());

/** The versions that files in a directory, and above it up to the audited root, state; the nearest first. */
export async function filePins(fs: FileSystem, directory: Directory): Promise<readonly ToolPin[]> {
  const found: ToolPin[] = [];
  for (const [up, place] of upward(directory).entries()) {
    for (const { name, pins } of FILES) {
      const text = await smallFile(fs, { absolute: `${place}/${name}`, contains: directory.contains });
      const file = posix.join(directory.path, ...Array<string>(up).fill('..'), name);
      for (const { tool, version } of text === null ? [] : pins(text)) {
        found.push({
          tool,
          version,
          exact: isExactVersion(version),
          source: file,
          location: { file, line: 1, column: 1 },
        });
      }
    }
  }
  return found;
}

/**
 * `required_version`: every one of them has to hold, so that one that leaves a single version decides. Those of an override file
 * stand in for all others of the module (`mergeFile` in Terraform's internal/configs/module.go).
 */
export function requiredVersions(files: readonly SourceFile[]): readonly ToolPin[] {
  const all = files.map((file) => ({ file, pins: versionsIn(file) })).filter(({ pins }) => pins.length > 0);
  const last = all.findLast(({ file }) => file.override);
  return last ? last.pins : all.flatMap(({ pins }) => pins);
}

function versionsIn(file: SourceFile): readonly ToolPin[] {
  return file.scan.body.blocks
    .filter(({ type }) => type === 'terraform')
    .flatMap((block): readonly ToolPin[] => {
      const version = argument(block, 'required_version');
      if (version.kind !== 'literal') return [];
      const location = file.locate(block.body.attributes.get('required_version')?.start ?? block.start);
      const source = `required_version in ${location.file}:${location.line}`;
      return [{ tool: null, version: version.text, exact: onlyVersion(version.text) !== null, source, location }];
    });
}
