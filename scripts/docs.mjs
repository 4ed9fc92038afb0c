import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Rewrites the rule table of README.md from the compiled registry; `npm run generate` builds that first.
const readme = fileURLToPath(new URL('../README.md', import.meta.url));
const [start, end] = ['<!-- rules:start -->', '<!-- rules:end -->'];
const letters = { 'orchestrator-loss': 'O', 'region-loss': 'R' };

const cell = (text) => text.replaceAll('|', '\\|');

const row = ({ id, severity, scenarios, title }) => {
  const bearing = Object.keys(letters).filter((scenario) => scenarios.includes(scenario));
  return `| [\`${id}\`](rules/${id}/README.md) | ${severity} | ${bearing.map((scenario) => letters[scenario]).join('')} | ${cell(title)} |`;
};

/** The text between the markers, replaced. */
function withTable(text, rules) {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md needs the lines ${start} and ${end}`);
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const table = ['| rule | severity | | asks |', '|---|---|---|---|', ...sorted.map(row)].join('\n');
  return `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`;
}

const { rules } = await import('../dist/rules/index.js');
if (rules.length === 0) throw new Error('the registry is empty');
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), rules));
