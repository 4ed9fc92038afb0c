import { packageVersion } from '../package-root.ts';
import { plain } from '../render/plain.ts';
import { exitCodes } from '../report/exit-code.ts';
import { help } from './help.generated.ts';
import { type Terminal, ToolError, UsageError } from './terminal.ts';

/** What needs no parser: yargs alone takes as long as an empty process. `npm run generate` keeps the help its own. */
const instant: Readonly<Record<string, () => string>> = {
  '--help': () => help,
  '-h': () => help,
  '--version': () => `${packageVersion()}\n`,
};

/** Runs the command line and returns the exit code; every error becomes a message and one of the documented codes. */
export async function main(argv: readonly string[], given: Terminal): Promise<number> {
  const terminal: Terminal = {
    ...given,
    out: (text) => given.out(text).catch(unlessClosed),
    err: (text) => given.err(text).catch(unlessClosed),
  };
  try {
    const answer = argv.length === 1 && Object.hasOwn(instant, argv[0] ?? '') ? instant[argv[0] ?? '']?.() : undefined;
    if (answer === undefined) return await (await import('./parser.ts')).run(argv, terminal);
    await terminal.out(answer);
    return exitCodes.ok;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** A reader that has seen enough (head, less) is no failure: what was audited still decides the exit code. */
function unlessClosed(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
  throw new ToolError(`the output cannot be written: ${error instanceof Error ? error.message : String(error)}`);
}

async function explain(error: unknown, { err }: Terminal): Promise<number> {
  const usage = error instanceof UsageError;
  const known = usage || error instanceof ToolError;
  const told = error instanceof Error ? ((known ? error.message : error.stack) ?? error.message) : String(error);
  const lines = told.split('\n').map((line) => `dr-audit: ${plain(line)}\n`);
  // Where stderr cannot be written either, the exit code is all there is left to say.
  await err(lines.join('')).catch(() => {});
  return usage ? exitCodes.usage : exitCodes.toolFailed;
}
