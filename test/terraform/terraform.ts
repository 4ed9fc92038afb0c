import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from '@jest/globals';

const TERRAFORM = process.env['TERRAFORM'] ?? 'terraform';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** Writes files below a directory. */
export async function writeFiles(directory: string, files: Files): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

/** Whether there is a `terraform` to compare with; where there is none, that is said, and `itWithTerraform` skips. */
export const hasTerraform = spawnSync(TERRAFORM, ['version']).status === 0;
if (!hasTerraform) console.info(`${TERRAFORM} is not on PATH: what it says about the same files was not compared`);

/** A test that needs `terraform`. */
export const itWithTerraform = hasTerraform ? it : it.skip;

/** How one run of Terraform ended. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Terraform in a directory with nothing of this process's environment but the PATH. */
export function terraform(directory: string, parameters: readonly string[], environment: Files = {}): Promise<Run> {
  const own = {
    PATH: process.env['PATH'],
    HOME: tmpdir(),
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(TERRAFORM, parameters, { cwd: directory, env: { ...own, ...environment } });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output: Buffer.concat(output).toString() }));
  });
}

/** The backend that `terraform init` recorded in a directory; null where it recorded none. */
export async function recorded(
  directory: string,
  data = '.terraform',
): Promise<{ readonly type: string; readonly config: Readonly<Record<string, unknown>> } | null> {
  const text = await readFile(join(directory, data, 'terraform.tfstate'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text).backend ?? null);
}
