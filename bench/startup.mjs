// How long `dr-audit --help` takes, as a ratio to an empty node process in the same run: `npm run bench`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/src/cli.js', import.meta.url));
const programs = { 'empty node': ['-e', ''], 'dr-audit --help': [cli, '--help'] };
const rounds = 15;

const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, argv] of Object.entries(programs)) {
    const start = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, argv, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const floor = median(times['empty node']);
for (const [name, values] of Object.entries(times)) {
  const middle = median(values);
  console.log(`${name.padEnd(16)} ${middle.toFixed(0).padStart(5)} ms  ${(middle / floor).toFixed(2)} x`);
}
