import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const found = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8' });

/** Whether terraform is on the PATH. */
export const hasTerraform = found.status === 0;

/** The values of expressions by one `terraform console`, which prints the last result of its input only. */
function run(expressions: readonly string[]): readonly unknown[] | { readonly refused: string } {
  const directory = mkdtempSync(join(tmpdir(), 'dr-audit-console-'));
  try {
    const locals = expressions.map((text, index) => `  e${index} = ${text}\n`).join('');
    writeFileSync(join(directory, 'main.tf'), `locals {\n${locals}}\n`);
    const answer = spawnSync('terraform', ['console'], {
      cwd: directory,
      input: `jsonencode([${expressions.map((_, index) => `local.e${index}`).join()}])\n`,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...globalThis.process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' },
    });
    if (answer.status !== 0 || !answer.stdout.startsWith('"')) return { refused: answer.stderr + answer.stdout };
    const json: unknown = JSON.parse(answer.stdout);
    const values: unknown = JSON.parse(String(json));
    if (!Array.isArray(values)) throw new Error(answer.stdout);
    return values;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What one expression comes to: a JSON value, or that terraform refuses it. */
export type Answer = { readonly value: unknown } | { readonly refused: string };

/** Asks `terraform console` for many expressions: in one process as long as it refuses none, else in halves. */
export function ask(expressions: readonly string[]): readonly Answer[] {
  if (expressions.length === 0) return [];
  const answer = run(expressions);
  if (!('refused' in answer)) return answer.map((value) => ({ value }));
  if (expressions.length === 1) return [answer];
  const middle = expressions.length >> 1;
  return [...ask(expressions.slice(0, middle)), ...ask(expressions.slice(middle))];
}
