import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GitRules, isIgnored, rulesAbove, rulesIn } from '../../src/terraform/discovery/gitignore.ts';
import { disk } from './disk.ts';
import { memory } from './memory.ts';

let base = '';
let count = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'gitignore-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

// Neither the user's nor the machine's own excludes may answer.
const env = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

function git(cwd: string, args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync('git', args, { cwd, env, input, encoding: 'utf8' });
  // 1 is git's answer when nothing at all is ignored.
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

type Files = Readonly<Record<string, string>>;

async function repository(files: Files): Promise<string> {
  count += 1;
  const root = join(base, String(count));
  await mkdir(root);
  git(root, ['init', '--quiet', '--template=']);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const byGit = (root: string, paths: readonly string[]): readonly string[] =>
  git(root, ['check-ignore', '--no-index', '--stdin', '-z'], paths.map((path) => `${path}\0`).join(''))
    .split('\0')
    .filter((path) => path !== '')
    .sort();

/** As a walk would ask: level by level, and nothing below what is ignored. */
async function byUs(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  async function descend(path: string, above: GitRules): Promise<void> {
    const absolute = join(root, path);
    const entries = await disk.list(absolute);
    const { rules, problems } = await rulesIn(disk, above, { absolute, entries });
    expect(problems).toEqual([]);
    for (const { name, kind } of entries) {
      const below = join(path, name);
      if (below === '.git') continue;
      const inside = isIgnored(rules, join(root, below), kind);
      if (inside) found.push(below);
      if (kind === 'directory') await descend(below, inside ? { ...rules, patterns: 'everything' } : rules);
    }
  }
  await descend('', { top: root, patterns: null });
  return found.sort();
}

async function allPaths(root: string, path = ''): Promise<readonly string[]> {
  const entries = (await disk.list(join(root, path))).filter(({ name }) => name !== '.git');
  const below = entries.map(async ({ name, kind }) => {
    const own = join(path, name);
    return [own, ...(kind === 'directory' ? await allPaths(root, own) : [])];
  });
  return (await Promise.all(below)).flat();
}

const TREE = [
  'a/b/c.tf',
  'a/b/d/e.tf',
  'a/x.tf',
  'build/main.tf',
  'a/build/main.tf',
  'b.tf',
  'dir.d/f.tf',
  '!n.tf',
  '#h.tf',
  's p .tf',
  'A/X.tf',
];
const tree = (files: Files): Files => ({ ...Object.fromEntries(TREE.map((path) => [path, ''])), ...files });

describe('agrees with git check-ignore', () => {
  it.each<[string, Files]>([
    ['a name at any depth', { '.gitignore': 'build\n' }],
    ['only a directory', { '.gitignore': 'build/\nb.tf/\n' }],
    ['anchored at the root', { '.gitignore': '/build\n/x.tf\n' }],
    ['a slash within anchors', { '.gitignore': 'a/b\n' }],
    ['a star stays within a name', { '.gitignore': 'a/*.tf\n' }],
    ['two stars do not', { '.gitignore': 'a/**/*.tf\n' }],
    ['two stars first', { '.gitignore': '**/d\n' }],
    ['two stars last', { '.gitignore': 'a/**\n' }],
    ['taken back', { '.gitignore': '*.tf\n!x.tf\n' }],
    ['not taken back below an ignored directory', { '.gitignore': 'a/\n!a/x.tf\n' }],
    ['taken back level by level', { '.gitignore': '/*\n!/a\n/a/*\n!/a/b\n' }],
    ['a set, a range, a negated set', { '.gitignore': '[ab].tf\na/[!y].tf\n[c-e].tf\n' }],
    ['a question mark', { '.gitignore': '?.tf\n' }],
    ['escapes', { '.gitignore': '\\!n.tf\n\\#h.tf\n' }],
    ['comments, blanks, trailing spaces', { '.gitignore': '# b.tf\n\n  \nb.tf   \n' }],
    ['an escaped trailing space', { '.gitignore': 's p .tf\nb.tf\\ \n' }],
    ['CRLF and a byte order mark', { '.gitignore': '\uFEFFbuild/\r\nx.tf\r\n' }],
    ['upper and lower case differ', { '.gitignore': 'A/\n' }],
    ['nested', { 'a/.gitignore': 'build/\n/x.tf\nb/c.tf\n' }],
    ['nested, with a name at any depth', { 'a/.gitignore': 'e.tf\n' }],
    ['nested takes back what the root ignores', { '.gitignore': '*.tf\n', 'a/.gitignore': '!x.tf\n!e.tf\n' }],
    ['nested takes back a directory', { '.gitignore': 'build/\n', 'a/.gitignore': '!build/\n' }],
    ['nested, of only slashes and spaces', { 'a/.gitignore': '/\n!/\n   \n#x\n' }],
    ['nested, in a directory named like a pattern', { '[x]*/.gitignore': 'y.tf\n', '[x]*/y.tf': '', 'x/y.tf': '' }],
    [
      'nested, with a negated and escaped name',
      { 'a/.gitignore': '\\!n.tf\n\\#h.tf\n!x.tf\n', 'a/!n.tf': '', 'a/#h.tf': '' },
    ],
    ['the repository’s own excludes', { '.git/info/exclude': 'build/\nx.tf\n' }],
    ['a .gitignore outweighs them', { '.git/info/exclude': 'x.tf\n', 'a/.gitignore': '!x.tf\n' }],
    ['everything', { '.gitignore': '*\n' }],
    ['everything, nested', { 'a/.gitignore': '*\n!.gitignore\n' }],
    ['a trailing backslash matches nothing', { '.gitignore': 'b.tf\\\n' }],
    ['an open bracket matches nothing', { '.gitignore': '[b.tf\n' }],
  ])('%s', async (_, files) => {
    const root = await repository(tree(files));
    expect(await byUs(root)).toEqual(byGit(root, await allPaths(root)));
  });

  it('whatever three levels of patterns say', async () => {
    const piece = fc.constantFrom('a', 'b', 'd', '*', '**', '*.tf', 'c.tf', 'x.tf', '?', 'build', '[ab]');
    const line = fc
      .tuple(
        fc.constantFrom('', '', '!'),
        fc.constantFrom('', '/'),
        fc.array(piece, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', '/'),
      )
      .map(([not, first, names, last]) => `${not}${first}${names.join('/')}${last}`)
      .filter((text) => (text.match(/\*\*/g) ?? []).length <= 2);
    const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (...[top, a, b]) => {
        const root = await repository(tree({ '.gitignore': top, 'a/.gitignore': a, 'a/b/.gitignore': b }));
        expect(await byUs(root)).toEqual(byGit(root, await allPaths(root)));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('the levels above', () => {
  const above = async (nodes: Parameters<typeof memory>[0], directory = '/w/r/x') =>
    rulesAbove(memory(nodes), '/w/r', directory);

  it('counts them up to the repository, and not beyond', async () => {
    const nodes = {
      '/.gitignore': 'z.tf',
      '/w/.git/HEAD': '',
      '/w/.gitignore': 'y.tf',
      '/w/r/.gitignore': 'v.tf',
      '/w/r/x/a.tf': '',
    };
    const { rules } = await above(nodes);
    const ignored = ['v.tf', 'y.tf', 'z.tf'].filter((name) => isIgnored(rules, `/w/r/x/${name}`, 'file'));
    expect(ignored).toEqual(['v.tf', 'y.tf']);
  });

  it('counts those of the audited root where there is no repository, as in an archive', async () => {
    const { rules } = await above({ '/w/.gitignore': 'y.tf', '/w/r/.gitignore': 'v.tf', '/w/r/x/a.tf': '' });
    expect(['v.tf', 'y.tf'].filter((name) => isIgnored(rules, `/w/r/x/${name}`, 'file'))).toEqual(['v.tf']);
  });

  it('knows a directory that is ignored as a whole', async () => {
    const { rules } = await above({
      '/w/.git/HEAD': '',
      '/w/.gitignore': 'r/',
      '/w/r/x/.gitignore': '!*',
      '/w/r/x/a.tf': '',
    });
    expect(rules.patterns).toBe('everything');
    expect(isIgnored(rules, '/w/r/x/a.tf', 'file')).toBe(true);
  });

  it('starts afresh in a repository within', async () => {
    const fs = memory({ '/w/sub/.git': 'gitdir: ../.git/modules/sub', '/w/sub/a.tf': '' });
    const { rules } = await rulesAbove(
      memory({ '/w/.git/HEAD': '', '/w/.gitignore': 'a.tf', '/w/sub/a.tf': '' }),
      '/w',
      '/w/sub',
    );
    expect(isIgnored(rules, '/w/sub/a.tf', 'file')).toBe(true);
    const inside = await rulesIn(fs, rules, { absolute: '/w/sub', entries: await fs.list('/w/sub') });
    expect(isIgnored(inside.rules, '/w/sub/a.tf', 'file')).toBe(false);
  });
});

describe('what cannot be read is said, and the rest counts', () => {
  const MIB = 1024 * 1024;
  it.each<[string, Parameters<typeof memory>[0][string], object]>([
    [
      'one byte too many',
      { bytes: MIB + 1 },
      { kind: 'file-too-large', why: `${MIB + 1} bytes, more than 1 MiB; its patterns do not count` },
    ],
    [
      'no UTF-8',
      new Uint8Array([0x61, 0xff]),
      { kind: 'unreadable-file', why: 'not valid UTF-8; its patterns do not count' },
    ],
    [
      'no permission',
      { error: 'EACCES' },
      { kind: 'unreadable-file', why: expect.objectContaining({ code: 'EACCES' }) },
    ],
    ['a link', { link: '/etc/passwd' }, { kind: 'unreadable-file', why: 'a link, which git does not follow' }],
    [
      'patterns that would take long to match, or do not compile',
      `b.tf\n${'**/a/'.repeat(20)}z\n${'x'.repeat(100_000)}`,
      { kind: 'unreadable-file', why: '2 patterns are too long or have too many ** and do not count' },
    ],
  ])('%s', async (_, node, problem) => {
    const fs = memory({ '/w/.git/info/exclude': 'a.tf', '/w/.gitignore': node, '/etc/passwd': '' });
    const { rules, problems } = await rulesIn(
      fs,
      { top: '/w', patterns: null },
      { absolute: '/w', entries: await fs.list('/w') },
    );
    expect(problems).toEqual([{ file: '/w/.gitignore', ...problem }]);
    expect(isIgnored(rules, '/w/a.tf', 'file')).toBe(true);
    expect(isIgnored(rules, '/w/b.tf', 'file')).toBe(typeof node === 'string');
  });

  it('reads one of just the greatest size', async () => {
    const fs = memory({ '/w/.gitignore': { bytes: MIB } });
    const { problems } = await rulesIn(
      fs,
      { top: '/w', patterns: null },
      { absolute: '/w', entries: await fs.list('/w') },
    );
    expect(problems).toEqual([]);
  });
});
