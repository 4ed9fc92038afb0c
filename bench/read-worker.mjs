// One measurement in a fresh process: `floor` walks and reads all .tf files, `resolve` finds and resolves the root modules.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import pLimit from 'p-limit';
import { files } from '../dist/src/files.js';
import { readRootModules } from '../dist/src/terraform/roots.js';

const [mode, root] = process.argv.slice(2);

async function walkAndRead(directory, limit) {
  const entries = await limit(() => readdir(directory, { withFileTypes: true }));
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) await walkAndRead(path, limit);
      else if (entry.name.endsWith('.tf')) (await limit(() => readFile(path))).toString('utf8');
    }),
  );
}

const start = process.hrtime.bigint();
if (mode === 'floor') await walkAndRead(root, pLimit(32));
else {
  const { roots } = await readRootModules(files, { root, paths: [root], environment: {} });
  if (roots.length === 0) throw new Error('no root module was found');
}
const ms = Number(process.hrtime.bigint() - start) / 1e6;
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ ms, peakMiB }));
