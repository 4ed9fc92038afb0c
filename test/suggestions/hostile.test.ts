import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mayHoldCommands, suggestionsIn } from '../../src/suggestions/index.ts';
import { told } from './told.ts';

describe('which files may hold commands', () => {
  test.each([
    '.github/workflows/ci.yml',
    'sub/.github/workflows/ci.yaml',
    'action.yml',
    '.github/actions/tf/action.yaml',
    '.gitlab-ci.yml',
    'ci/terraform.gitlab-ci.yml',
    '.gitlab/ci/plan.yml',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    'azure-pipelines-prod.yaml',
    'bitbucket-pipelines.yml',
    '.buildkite/pipeline.yml',
    'cloudbuild.yaml',
    'buildspec-plan.yml',
    'Jenkinsfile',
    'Jenkinsfile.prod',
    '.drone.yml',
    '.travis.yml',
    'Makefile',
    'infra/GNUmakefile',
    'makefile',
    'make/tf.mk',
    'Taskfile.yaml',
    'Justfile',
    'atlantis.yaml',
    'server/repos.yaml',
    '.spacelift/config.yml',
    'bin/init.sh',
    'x.bash',
    '.envrc',
    'package.json',
  ])('%s', (path) => {
    expect(mayHoldCommands(path)).toBe(true);
  });

  test.each(['main.tf', 'README.md', 'Rakefile', 'workflows/ci.yml', 'xMakefile', 'a.sh.md', 'package-lock.json', ''])(
    'but not %j',
    (path) => {
      expect(mayHoldCommands(path)).toBe(false);
      expect(told(path, 'terraform init -backend-config=a.hcl')).toEqual([]);
    },
  );
});

test('a command that is repeated is told once, where it stands first', () => {
  const command = 'terraform init -backend-config=a.hcl';
  expect(suggestionsIn({ path: 'a/b.sh', text: `${command}\n${command} || ${command}\n(cd x && ${command})` })).toEqual(
    [
      {
        location: { file: 'a/b.sh', line: 1, column: 16 },
        from: 'shell script',
        directory: null,
        items: [{ kind: 'file', path: 'a.hcl' }],
        open: [],
      },
      {
        location: { file: 'a/b.sh', line: 3, column: 25 },
        from: 'shell script',
        directory: 'x',
        items: [{ kind: 'file', path: 'a.hcl' }],
        open: [],
      },
    ],
  );
});

test('a backend file that the commands write is not the one in the repository', () => {
  const init = 'terraform init -backend-config=x/b.hcl -backend-config=c.hcl -backend-config=d.hcl';
  expect(told('a.sh', `cat >x/b.hcl <<EOF\nEOF\nenvsubst <c.tpl | tee -a "c.hcl"\n${init}`)).toEqual([
    '4:16 in -: file x/b.hcl, file c.hcl, file d.hcl ? > b.hcl ; > c.hcl',
  ]);
  const workflow = `jobs: { a: { steps: [ { run: 'echo > d.hcl' }, { run: ${init} } ] } }`;
  expect(told('.github/workflows/a.yml', workflow)[0]).toMatch(/d\.hcl \? > d\.hcl$/);
});

const megabyte = 1_000_000;
const long = 50_000;
const command = 'terraform init -backend-config=a.hcl';
const fill = (unit: string, end = `\n${command}`) => unit.repeat((long - end.length) / unit.length) + end;

const paths = [
  'a.sh',
  'Makefile',
  'justfile',
  'Jenkinsfile',
  '.github/workflows/a.yml',
  '.gitlab-ci.yml',
  'Taskfile.yml',
] as const;

// Long enough that reading it again from every place would take minutes, for every one of them.
const units: Readonly<Record<string, string>> = {
  'single quotes': "'",
  'double quotes': '"',
  'triple quotes': "'''",
  backquotes: '`',
  dollars: '$',
  substitutions: '$(',
  braces: '${',
  templates: '{{',
  expressions: '${{ x ',
  backslashes: '\\',
  'process substitutions': '<()',
  'here-documents': '<<A\n',
  parentheses: '(',
  'closing parentheses': ')',
  conditions: 'if ',
  cases: 'case x in a) ',
  'directory changes': 'cd a\n',
  assignments: 'A=b\n',
  'make variables': '$(A) A = b\n',
  includes: 'include x\n',
  continuations: '\\\n',
  'angle brackets': '<a',
  'brace expansions': '{,',
  'comment starts': '/*',
  recipes: 'a:\n\tb\n',
  lists: '[',
  items: '- ',
  mappings: 'a: {',
  'equal keys': 'a:\n',
  flags: '-backend-config ',
};

/** The others read YAML alike. */
const yamlPaths = ['.circleci/config.yml', 'atlantis.yaml', 'package.json'] as const;

describe.each(Object.entries(units))('fifty thousand characters of %s', (_, unit) => {
  test('ends, in every kind of file', () => {
    for (const path of paths) {
      const suggestions = suggestionsIn({ path, text: fill(unit) });
      expect(suggestions.length).toBeLessThanOrEqual(1);
    }
  });
});

test('a megabyte of quotes, brackets and templates', () => {
  for (const unit of ["'", '"', '`', '{{', '$(', '(']) {
    const text = unit.repeat((megabyte - 100) / unit.length) + command;
    // Pairs of quotes are nothing, so that a command may follow.
    for (const path of ['a.sh', 'Makefile', 'Jenkinsfile']) expect(told(path, text).length).toBeLessThanOrEqual(1);
  }
});

test('values within values within values', () => {
  const levels = Array.from({ length: 40 }, (_, index) => `A${index + 1}=$A${index}$A${index}\n`).join('');
  const [line] = told('a.sh', `A0=abcdefgh\n${levels}terraform init -backend-config=$A1 -backend-config=$A40`);
  expect(line).toBe('42:16 in -: file abcdefghabcdefgh, file $A40 ? $A40');
  const value = 'a'.repeat(1000);
  expect(told('a.sh', `A=${value}\nterraform init -backend-config=k=${'$A'.repeat(20_000)}`)[0]).toMatch(/ \? \$A$/);
  expect(told('Makefile', `A=${value}\na:\n\tterraform init -backend-config=k=${'$(A)'.repeat(20_000)}`)[0]).toMatch(
    / \? \$\(A\)$/,
  );
});

test('a megabyte of different commands', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `terraform init -backend-config=${index}.hcl`).join('\n');
  expect(suggestionsIn({ path: 'a.sh', text })).toHaveLength(20_000);
});

test('a megabyte of different keys and variables', () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: b\n`).join('');
  expect(told('.gitlab-ci.yml', `${keys}script: ${command}`)).toEqual([]);
  const set = keys.replaceAll(': ', '=');
  expect(told('a.sh', `${set}${command}`)).toEqual(['60001:16 in -: file a.hcl']);
  expect(told('Makefile', `${set}a:\n\t${command}`)).toEqual(['60002:17 in .: file a.hcl']);
});

test('a file that is too long says nothing', () => {
  const text = `\n${command}`;
  expect(told('a.sh', text.padStart(megabyte))).toHaveLength(1);
  expect(told('a.sh', text.padStart(megabyte + 1))).toEqual([]);
});

test('aliases of aliases, and mappings merged into each other, end', () => {
  const levels = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`);
  const lists = `a0: &a0 [${command}]\n${levels.join('')}`;
  expect(told('.gitlab-ci.yml', `${lists}job: { script: *a30 }`)).toEqual([]);
  const merges = Array.from(
    { length: 30 },
    (_, index) => `a${index + 1}: &a${index + 1} { <<: [*a${index}, *a${index}] }\n`,
  );
  expect(told('.gitlab-ci.yml', `a0: &a0 { script: ${command} }\n${merges.join('')}`)).toEqual([]);
});

test('names that JavaScript has a meaning for are names', () => {
  const text = `__proto__:\n  script: ${command}\nconstructor: { script: terraform init -backend-config=__proto__=x }\n`;
  expect(told('.gitlab-ci.yml', text)).toEqual(['2:26 in .: file a.hcl', '3:39 in .: __proto__=x']);
});

test('shells within shells end', () => {
  const nested = Array.from({ length: 8 }).reduce<string>(
    (inner) => `sh -c '${inner.replaceAll("'", `'"'"'`)}'`,
    command,
  );
  expect(told('a.sh', nested)).toEqual([]);
  expect(told('a.sh', `sh -c "sh -c '${command}'"`)).toEqual(['1:30 in -: file a.hcl']);
});

test('nothing that is read throws', () => {
  const pieces =
    "terraform| init |-backend-config=|a|=| |\n|\n  |- |run: |script:|cd |\t|: |'|\"|$|{|}|(|)|[|]|>|<|&|*|!|\\|#|,|`|${{|}}|'''|<<";
  const word = fc.constantFrom('|', ...pieces.split('|'));
  fc.assert(
    fc.property(fc.constantFrom(...paths, ...yamlPaths), fc.array(word, { maxLength: 40 }), (path, words) => {
      const text = `${words.join('')}\nx: terraform init -backend-config=a`;
      for (const { location, open, items } of suggestionsIn({ path, text })) {
        expect(location.line).toBeLessThanOrEqual(text.split('\n').length);
        expect(items.length + open.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000 },
  );
});
