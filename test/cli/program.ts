import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The top of the project. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const program = join(projectRoot, 'dist', 'src', 'cli.js');

// One empty home for the whole process: nothing of the machine's own configuration is seen.
const home = realpathSync(mkdtempSync(join(tmpdir(), 'dr-audit-home-')));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

/** How the program is started. */
export interface Start {
  readonly cwd: string;
  /** Besides PATH, an empty HOME and no instance metadata. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of node itself. */
  readonly node?: readonly string[];
  /** What is piped into stdin; nothing when absent. */
  readonly input?: string;
}

/** What a finished run left. */
export interface Ran {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on; `done` settles when it has ended and both streams are at their end. */
export interface Running {
  readonly process: ChildProcessByStdio<Writable | null, Readable, Readable>;
  readonly done: Promise<Ran>;
}

/** Starts the built program in a clean environment. */
export function start(args: readonly string[], { cwd, env = {}, node = [], input }: Start): Running {
  if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build" before these tests`);
  const child = spawn(process.execPath, [...node, program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.end(input);
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const done = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, ...out }));
  });
  return { process: child, done };
}

/** Runs the built program to its end. */
export const run = (args: readonly string[], where: Start): Promise<Ran> => start(args, where).done;
