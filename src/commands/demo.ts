import { join, relative } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { check } from './check.ts';
import { type CheckOptions, checkDefaults } from './check-options.ts';
import type { Terminal } from './terminal.ts';

/** `dr-audit demo`: audits the shipped example from its evidence file, without network, and never fails for what it finds. */
export function demo(
  chosen: Pick<CheckOptions, 'color' | 'quiet' | 'verbose' | 'format'>,
  terminal: Terminal,
): Promise<number> {
  const fixture = join(packageRoot(), 'fixtures', 'acme');
  const shown = relative(terminal.workingDirectory, fixture) || '.';
  const options: CheckOptions = {
    ...checkDefaults,
    ...chosen,
    paths: [shown.startsWith('..') ? fixture : shown],
    config: join(fixture, 'dr-audit.yaml'),
    from: join(fixture, 'evidence.ndjson'),
    failOn: 'none',
  };
  return check(options, terminal);
}
