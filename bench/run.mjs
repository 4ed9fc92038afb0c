// `npm run bench` runs every benchmark, `npm run bench -- read 1500` one of them with its arguments.
import process from 'node:process';

const benches = ['startup', 'read', 'assume'];
const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !benches.includes(name)) {
  process.stderr.write(`bench: no benchmark ${name}; there are ${benches.join(', ')}\n`);
  process.exit(2);
}
for (const bench of name === undefined ? benches : [name]) {
  process.argv.splice(2, process.argv.length, ...rest);
  await import(`./${bench}.mjs`);
}
