import { randomBytes } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Report } from '../model/report.ts';
import type { Style } from '../render/text/page.ts';
import type { Verbosity } from '../render/text/sheet.ts';
import { type Terminal, ToolError, UsageError } from './terminal.ts';

/** One rendering of the report; `file` is null for stdout. */
export interface Output {
  readonly format: Format;
  readonly file: string | null;
}

type Format = keyof typeof renderers;
type Rendering = Style & { readonly verbosity: Verbosity };

/** Every format, loaded when it is asked for. */
const renderers = {
  text: async (report: Report, style: Rendering) => (await import('../render/text/text.ts')).renderText(report, style),
  json: async (report: Report) => (await import('../render/json.ts')).renderJson(report),
} satisfies Record<string, (report: Report, style: Rendering) => Promise<string>>;

const isFormat = (name: string): name is Format => Object.hasOwn(renderers, name);

/** Reads `-f NAME[=PATH]` and `-o FILE`; only one rendering can go to stdout. */
export function parseOutputs(formats: readonly string[], output: string | undefined): readonly Output[] {
  const outputs = (formats.length > 0 ? formats : ['text']).map((text): Output => {
    const [format = '', ...path] = text.split('=');
    if (!isFormat(format)) {
      throw new UsageError(
        `--format: there is no format "${format}"; the formats are ${Object.keys(renderers).join(', ')}`,
      );
    }
    const file = path.join('=');
    if (path.length > 0 && file === '') throw new UsageError(`--format: "${text}" names no file after =`);
    return { format, file: file === '' ? null : file };
  });
  const named = outputs.flatMap(({ file }) => file ?? []);
  if (new Set(named).size < named.length) throw new UsageError('--format: two formats go to one file');
  const open = outputs.filter(({ file }) => file === null);
  if (open.length > 1)
    throw new UsageError('--format: only one format can go to stdout; give the others a file, as in json=report.json');
  if (output === undefined) return outputs;
  if (open.length === 0) throw new UsageError('--output: every --format has a file of its own already');
  return outputs.map(({ format, file }) => ({ format, file: file ?? output }));
}

/** Renders the report to every output. */
export async function writeOutputs(
  report: Report,
  outputs: readonly Output[],
  { terminal, style }: { terminal: Terminal; style: Rendering },
): Promise<void> {
  for (const { format, file } of outputs) {
    const text = await renderers[format](report, file === null ? style : { ...style, colour: false });
    if (file === null) await terminal.out(text);
    else await writeWhole(resolve(terminal.workingDirectory, file), text);
  }
}

/**
 * Writes a file so that readers see the old one or the new one, never a part: temporary name, then rename. A link is followed,
 * the mode is kept, and what is no file (a device, a pipe) is written to, not replaced.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const failed = (error: unknown) =>
    new ToolError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  const target = await realpath(file).catch(() => file);
  const existing = await stat(target).catch(() => null);
  if (existing && !existing.isFile()) return writeFile(target, text).catch((error) => Promise.reject(failed(error)));
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', ...(existing ? { mode: existing.mode } : {}) });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw failed(error);
  }
}
