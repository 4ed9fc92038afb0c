import { describe, expect, it } from '@jest/globals';
import { type WalkRequest, walk } from '../../src/terraform/discovery/walk.ts';
import { memory } from './memory.ts';

type Nodes = Parameters<typeof memory>[0];

const walked = (nodes: Nodes, request: Partial<WalkRequest> = {}) =>
  walk(memory(nodes), { root: '/r', paths: ['/r'], ...request });

const pathsOf = async (nodes: Nodes, request: Partial<WalkRequest> = {}) =>
  (await walked(nodes, request)).directories.map(({ path }) => path);

const ignoredIn = async (nodes: Nodes, request: Partial<WalkRequest> = {}) =>
  Object.fromEntries(
    (await walked(nodes, request)).directories.flatMap(({ path, ignored }) =>
      ignored.size > 0 ? [[path, [...ignored].sort()]] : [],
    ),
  );

describe('which directories are walked', () => {
  it.each<[string, Nodes, string[]]>([
    [
      'not dot-directories, caches, node_modules',
      { '/r/.terraform/x/a': '', '/r/.terragrunt-cache/a': '', '/r/.x/a': '', '/r/node_modules/m/a': '', '/r/b/a': '' },
      ['.', 'b'],
    ],
    [
      'examples, modules, tests and vendored modules are',
      { '/r/examples/a': '', '/r/modules/a': '', '/r/test/a': '', '/r/vendor/a': '' },
      ['.', 'examples', 'modules', 'test', 'vendor'],
    ],
    [
      'not what git ignores, nor below it',
      { '/r/.gitignore': 'out/', '/r/out/x/a': '', '/r/b/out/a': '', '/r/c/a': '' },
      ['.', 'b', 'c'],
    ],
    [
      'not what a nested .gitignore ignores',
      { '/r/b/.gitignore': '/out', '/r/b/out/a': '', '/r/out/a': '' },
      ['.', 'b', 'out'],
    ],
    ['not what the repository excludes', { '/r/.git/info/exclude': 'out', '/r/out/a': '' }, ['.']],
    ['what is taken back', { '/r/.gitignore': '/*\n!/b', '/r/b/a': '', '/r/c/a': '' }, ['.', 'b']],
    [
      'what CDKTF generated, although ignored',
      { '/r/.gitignore': 'cdktf.out', '/r/cdktf.out/stacks/s/cdk.tf.json': '' },
      ['.', 'cdktf.out', 'cdktf.out/stacks', 'cdktf.out/stacks/s'],
    ],
    [
      'not what CDKTF generated in an ignored directory',
      { '/r/.gitignore': 'x', '/r/x/cdktf.out/stacks/s/cdk.tf.json': '' },
      ['.'],
    ],
    [
      'not by a link into what is ignored',
      { '/r/.gitignore': 'out/', '/r/out/x/a': '', '/r/b': { link: 'out/x' } },
      ['.'],
    ],
    [
      'not by a link that is ignored',
      { '/r/.gitignore': 'b', '/r/.hidden': '', '/r/b': { link: 'c' }, '/r/c/a': '' },
      ['.', 'c'],
    ],
  ])('%s', async (_, nodes, expected) => {
    expect(await pathsOf(nodes)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['/r/out', ['out', 'out/x']],
    ['/r/out/x', ['out/x']],
    ['/r/node_modules/m', ['node_modules/m']],
    ['/r/.hidden', ['.hidden', '.hidden/h']],
  ])('%s when it is named', async (path, expected) => {
    const nodes = {
      '/r/.gitignore': 'out\n.hidden',
      '/r/out/x/a': '',
      '/r/node_modules/m/a': '',
      '/r/.hidden/h/a': '',
    };
    expect(await pathsOf(nodes, { paths: [path] })).toEqual(expected);
  });

  it('goes by the levels between the repository and the audited root', async () => {
    const nodes = { '/w/.git/HEAD': '', '/w/.gitignore': 'r/out', '/w/r/out/a': '', '/w/r/b/a': '' };
    expect(await pathsOf(nodes, { root: '/w/r', paths: ['/w/r'] })).toEqual(['.', 'b']);
  });

  it('goes by the real path where the root is a link', async () => {
    const nodes = { '/w/.git/HEAD': '', '/w/.gitignore': 'real/out', '/w/real/out/a': '', '/r': { link: '/w/real' } };
    expect(await pathsOf(nodes)).toEqual(['.']);
  });
});

describe('which files git ignores', () => {
  const names = [
    'backend.tf.json',
    'a.tfvars',
    'a.auto.tfvars.json',
    'p.tfbackend',
    '.terraform.lock.hcl',
    'terragrunt.hcl',
    'x.tf',
  ];

  it('is told of configuration and what completes it, which is listed all the same', async () => {
    const nodes = {
      '/r/.gitignore': '*\n!/a\n!x.tf',
      ...Object.fromEntries([...names, 'readme'].map((name) => [`/r/a/${name}`, ''])),
    };
    const { directories } = await walked(nodes);
    const a = directories.find(({ path }) => path === 'a');
    expect(a?.entries.map(({ name }) => name).sort()).toEqual([...names, 'readme'].sort());
    expect([...(a?.ignored ?? [])].sort()).toEqual(names.filter((name) => name !== 'x.tf').sort());
  });

  it('is all of them below an ignored directory that is walked', async () => {
    const nodes = { '/r/.gitignore': 'cdktf.out', '/r/cdktf.out/stacks/s/cdk.tf.json': '' };
    expect(await ignoredIn(nodes)).toEqual({ 'cdktf.out/stacks/s': ['cdk.tf.json'] });
    expect(await ignoredIn({ '/r/.gitignore': 'out', '/r/out/a.tf': '' }, { paths: ['/r/out'] })).toEqual({
      out: ['a.tf'],
    });
  });

  it('is none without a .gitignore', async () => {
    expect(await ignoredIn({ '/r/a.tf': '' })).toEqual({});
  });

  it('is not known where patterns cannot be read: that is said, once, and the walk goes on', async () => {
    const nodes = {
      '/w/.git/HEAD': '',
      '/w/.gitignore': { error: 'EACCES' },
      '/w/r/b/.gitignore': { bytes: 1024 * 1024 + 1 },
      '/w/r/b/c/a': '',
      '/w/r/d/a': '',
    };
    const { directories, problems } = await walked(nodes, { root: '/w/r', paths: ['/w/r/b', '/w/r/d'] });
    expect(directories.map(({ path }) => path)).toEqual(['b', 'b/c', 'd']);
    expect(problems).toEqual([
      { kind: 'unreadable-file', message: '../.gitignore: EACCES' },
      { kind: 'file-too-large', message: 'b/.gitignore: 1048577 bytes, more than 1 MiB; its patterns do not count' },
    ]);
  });
});

describe('files that say how the tool is run', () => {
  const nodes: Nodes = {
    '/r/Makefile': '',
    '/r/a/Makefile': '',
    '/r/a/other': '',
    '/r/b/Makefile': { link: '../Makefile' },
    '/r/c/Makefile': { link: '/etc/Makefile' },
    '/r/d/Makefile': { link: 'nowhere' },
    '/r/e/Makefile/x': '',
    '/etc/Makefile': '',
    '/r/node_modules/Makefile': '',
    '/r/.github/workflows/x/ci.yml': '',
    '/r/.github/other/ci.yml': '',
    '/r/.github/workflows/out.yml': { link: '/etc/out.yml' },
    '/etc/out.yml': '',
    '/r/.circleci': { link: '/etc' },
    '/r/.buildkite/ci.yml': '',
    '/r/a/.gitlab/ci.yml': '',
  };
  const interesting = (path: string) => path.endsWith('Makefile') || path.endsWith('.yml');

  it('are collected by predicate, without following a link out of the root', async () => {
    const { commandFiles, problems } = await walked(nodes, { interesting });
    expect(commandFiles).toEqual(
      ['.buildkite/ci.yml', '.github/workflows/x/ci.yml', 'Makefile', 'a/Makefile', 'b/Makefile'].map((path) => ({
        path,
        absolute: `/r/${path}`,
      })),
    );
    expect(problems).toEqual([]);
  });

  it('of pipelines belong to a path below, too', async () => {
    const { commandFiles } = await walked(nodes, { interesting, paths: ['/r/a'] });
    expect(commandFiles.map(({ path }) => path)).toEqual([
      '.buildkite/ci.yml',
      '.github/workflows/x/ci.yml',
      'a/Makefile',
    ]);
  });

  it('are none when nobody asks, and once when a place is also walked', async () => {
    expect((await walked(nodes)).commandFiles).toEqual([]);
    const { commandFiles } = await walked(nodes, { interesting, paths: ['/r/.buildkite'] });
    expect(commandFiles.filter(({ path }) => path.startsWith('.buildkite'))).toHaveLength(1);
  });

  it('says when a place cannot be listed', async () => {
    const { problems } = await walked({ '/r/.gitlab': { error: 'EACCES' }, '/r/.gitlab/x': '' }, { interesting });
    expect(problems).toEqual([{ kind: 'unreadable-directory', message: '.gitlab: EACCES' }]);
  });
});
