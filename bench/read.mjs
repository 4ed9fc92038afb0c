// How long reading and resolving an estate takes, as a ratio to merely walking and reading the same files in the same run, each
// in a process of its own: `npm run bench -- read [roots]`. The default is 1,500 roots, 12,000 files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeEstate } from './estate.mjs';

const worker = fileURLToPath(new URL('./read-worker.mjs', import.meta.url));
const rounds = 7;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function run(mode, directory) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [worker, mode, directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${mode}: ${stderr}`);
  return JSON.parse(stdout);
}

function measure(roots) {
  const directory = mkdtempSync(join(tmpdir(), 'estate-'));
  try {
    const files = writeEstate(directory, roots);
    run('floor', directory); // so that no round reads from a cold disk
    const floors = [];
    const audits = [];
    for (let round = 0; round < rounds; round += 1) {
      floors.push(run('floor', directory));
      audits.push(run('resolve', directory));
    }
    const floor = median(floors.map(({ ms }) => ms));
    const resolve = median(audits.map(({ ms }) => ms));
    console.log(
      [
        `${String(files).padStart(7)} files`,
        `walk and read ${floor.toFixed(0).padStart(5)} ms`,
        `read and resolve ${resolve.toFixed(0).padStart(5)} ms`,
        `${(resolve / floor).toFixed(2)} x`,
        `${((resolve * 1000) / files).toFixed(0)} µs a file`,
        `peak ${Math.max(...audits.map(({ peakMiB }) => peakMiB))} MiB`,
      ].join('  '),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const [given] = process.argv.slice(2);
for (const roots of given ? [Number(given)] : [1_500, 12_500]) measure(roots);
