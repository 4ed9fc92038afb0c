import { resolve } from 'node:path';
import { files } from '../files.ts';
import { type CaseResult, judgeCase, readCase } from '../iam/case-file.ts';
import { plain } from '../render/plain.ts';
import { exitCodes } from '../report/exit-code.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** Some ten thousand cases of the largest policies that AWS stores. */
const MOST_BYTES = 64 * 1024 * 1024;

async function textOf(file: string | undefined, { input, workingDirectory }: Terminal): Promise<string> {
  if (file === undefined || file === '-') return input(MOST_BYTES);
  if (file === '') throw new UsageError('the name of the file is empty');
  const path = resolve(workingDirectory, file);
  try {
    const { kind, bytes } = await files.stat(path);
    if (kind !== 'file') throw new UsageError(`${file} is not a file`);
    if (bytes > MOST_BYTES) throw new UsageError(`${file} is larger than ${MOST_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await files.read(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function casesIn(text: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : [json];
  } catch (error) {
    throw new UsageError(`the cases are not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What its author calls a case, where that is a word. */
function nameOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' ? ` (${plain(id.slice(0, 80))})` : '';
}

/**
 * `dr-audit can-assume`: may this principal assume this role, what if? Reads one case or a list of them, prints a list of answers,
 * and asks nobody. Exit 0 when every case could be read; a case that could not is told on stderr, and has no answer.
 */
export async function canAssume(file: string | undefined, terminal: Terminal): Promise<number> {
  const results: CaseResult[] = [];
  let unreadable = 0;
  for (const [index, value] of casesIn(await textOf(file, terminal)).entries()) {
    const one = readCase(value);
    if ('problem' in one) {
      unreadable += 1;
      await terminal.err(`dr-audit: case ${index + 1}${nameOf(value)} cannot be read: ${plain(one.problem)}\n`);
    } else {
      results.push(judgeCase(one));
    }
  }
  await terminal.out(`${JSON.stringify(results, null, 2)}\n`);
  return unreadable > 0 ? exitCodes.usage : exitCodes.ok;
}
