import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// npm run new-rule <id> [root]: three files and a line in the registry. They compile, and their tests fail until filled in.
const [id = '', root = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2);
const folder = resolve(root, 'rules', id);
const registry = resolve(root, 'rules', 'index.ts');

const refuse = (message) => {
  process.stderr.write(`new-rule: ${message}\n`);
  process.exitCode = 2;
};

const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

const ruleFile = `import { defineRule, type Rule } from '../../src/model/rule.ts';

/** See README.md beside this file. */
export const rule: Rule = defineRule({
  id: '${id}',
  title: '',
  severity: 'high',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: '',
  controls: [],
  about: 'bucket',
  needs: ['bucket.versioning'],
  messages: {
    on: { verdict: 'pass', text: '' },
    off: { verdict: 'fail', text: '', fix: '' },
  },
  evaluate(facts) {
    return facts['bucket.versioning'] === 'Enabled' ? { message: 'on', data: {} } : { message: 'off', data: {} };
  },
});
`;

const headings = ['What it asks', 'Why it matters in a disaster', 'How to fix', 'What it cannot see', 'Sources'];
const readme = `# ${id}\n\n${headings.map((heading) => `## ${heading}\n`).join('\n')}`;

const array = /export const rules: readonly Rule\[\] = \[[^\]]*\];/;
const importLine = /^import \{ rule as \w+ \} from '\.\/([^/']+)\/rule\.ts';\n/gm;

/** The registry with one more rule, sorted by id; null when it does not have the shape that this script writes. */
function register(text) {
  const ids = [...text.matchAll(importLine)].map(([, known]) => known);
  // The first rule import, else the line below all other imports.
  const first = ids.length > 0 ? text.search(importLine) : text.lastIndexOf(';\n', text.search(array)) + 2;
  if (!array.test(text)) return null;
  const all = [...new Set([...ids, id])].sort((a, b) => (a < b ? -1 : 1));
  const imports = all.map((name) => `import { rule as ${camelCase(name)} } from './${name}/rule.ts';\n`).join('');
  const names = all.map(camelCase);
  const line = `export const rules: readonly Rule[] = [${names.join(', ')}];`;
  // As the formatter would have it: one line while it fits.
  const list =
    line.length <= 120
      ? line
      : `export const rules: readonly Rule[] = [\n${names.map((name) => `  ${name},\n`).join('')}];`;
  const bare = text.replace(importLine, '');
  return `${bare.slice(0, first)}${imports}${bare.slice(first)}`.replace(array, list);
}

function scaffold() {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)+$/.test(id)) {
    return refuse(
      `"${id}" is no rule id; use two or more words in lower case joined by hyphens, such as state-versioned`,
    );
  }
  if (existsSync(folder)) return refuse(`rules/${id} exists already`);
  if (!existsSync(registry)) return refuse(`${registry} does not exist`);
  const registered = register(readFileSync(registry, 'utf8'));
  if (registered === null)
    return refuse('rules/index.ts does not look as expected: rule imports and one array `rules`');
  mkdirSync(folder);
  writeFileSync(join(folder, 'rule.ts'), ruleFile);
  writeFileSync(join(folder, 'README.md'), readme);
  writeFileSync(join(folder, 'cases.json'), '[]\n');
  writeFileSync(registry, registered);
  process.stdout.write(`rules/${id}: fill in rule.ts, README.md and cases.json; npm test says what is missing\n`);
}

scaffold();
