import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rules as registry } from '../../rules/index.ts';
import { packageRoot } from '../package-root.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** `dr-audit rules [id]`: lists the rules, or explains one with its README. */
export async function rules(id: string | undefined, { out }: Terminal): Promise<number> {
  if (id === undefined) {
    await out(
      registry.map(({ id: name, severity, title }) => `${name.padEnd(18)} ${severity.padEnd(9)} ${title}\n`).join(''),
    );
    return 0;
  }
  const rule = registry.find((candidate) => candidate.id === id);
  if (!rule)
    throw new UsageError(`there is no rule "${id}"; the rules are ${registry.map((each) => each.id).join(', ')}`);
  await out(await readFile(join(packageRoot(), 'rules', rule.id, 'README.md'), 'utf8'));
  return 0;
}
