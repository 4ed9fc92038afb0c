import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RootModulesRequest, readRootModules } from '../../src/terraform/roots.ts';
import { mutated } from '../hcl/mutation.ts';
import { memory } from './memory.ts';

const S3 = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n  }\n}\n';
const PROVIDER = 'provider "aws" {}\n';

async function read(nodes: Parameters<typeof memory>[0], request: Partial<RootModulesRequest> = {}) {
  return readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {}, ...request });
}

const rootsOf = async (nodes: Parameters<typeof memory>[0], request: Partial<RootModulesRequest> = {}) =>
  (await read(nodes, request)).roots.map(({ path }) => path);

const problemsOf = async (nodes: Parameters<typeof memory>[0], request: Partial<RootModulesRequest> = {}) =>
  (await read(nodes, request)).problems.map(({ kind, message, location }) => ({ kind, message, location }));

describe('which directories are root modules', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a backend block', { '/r/a/main.tf': S3, '/r/b/main.tf': 'variable "x" {}' }, ['a']],
    ['a cloud block', { '/r/a/main.tf': 'terraform {\n cloud {}\n}\n' }, ['a']],
    ['a backend block in an override file', { '/r/a/main.tf': '', '/r/a/x_override.tf': S3 }, ['a']],
    ['a backend in JSON', { '/r/a/main.tf.json': '{"terraform":{"backend":{"s3":{}}}}' }, ['a']],
    ['a lock file', { '/r/a/main.tf': '', '/r/a/.terraform.lock.hcl': '' }, ['a']],
    ['a recorded backend', { '/r/a/main.tf': '', '/r/a/.terraform/terraform.tfstate': '{}' }, ['a']],
    ['no recorded backend', { '/r/a/main.tf': '', '/r/a/.terraform/providers/x': '{}' }, []],
    ['a provider block', { '/r/a/main.tf': PROVIDER }, ['a']],
    [
      'a provider block in a module that is called',
      { '/r/a/main.tf': `${PROVIDER}module "m" {\n source = "./m"\n}\n`, '/r/a/m/main.tf': PROVIDER },
      ['a'],
    ],
    [
      'a provider block in a module that JSON calls, one up',
      { '/r/a/main.tf.json': '{"provider":{"aws":{}},"module":{"m":{"source":"../m/"}}}', '/r/m/main.tf': PROVIDER },
      ['a'],
    ],
    [
      'a registry module of the same name does not count as a call',
      { '/r/main.tf': `${PROVIDER}module "m" {\n source = "m"\n}\n`, '/r/m/main.tf': PROVIDER },
      ['.', 'm'],
    ],
    ['the audited root itself', { '/r/main.tf': S3 }, ['.']],
    ['a named path, when nothing else is found', { '/r/main.tf': 'variable "x" {}', '/r/b/main.tf': '' }, ['.']],
    ['not a named path above a root', { '/r/main.tf': 'variable "x" {}', '/r/b/main.tf': S3 }, ['b']],
    ['not a lock file without configuration, as Terragrunt leaves', { '/r/a/.terraform.lock.hcl': '' }, []],
    ['not in dot-directories or node_modules', { '/r/.x/main.tf': S3, '/r/node_modules/y/main.tf': S3 }, []],
    ['not in ignored files', { '/r/a/.main.tf': S3, '/r/a/main.tf~': S3, '/r/a/#main.tf#': S3, '/r/a/A.TF': S3 }, []],
    ['a directory named like a file is no file', { '/r/a.tf/main.tf': S3 }, ['a.tf']],
  ])('%s', async (_, nodes, expected) => {
    expect(await rootsOf(nodes)).toEqual(expected);
  });

  it('sorts by path, takes several paths, also overlapping ones and files', async () => {
    const nodes = { '/r/z/main.tf': S3, '/r/a/main.tf': S3, '/r/m/main.tf': S3 };
    expect(await rootsOf(nodes, { paths: ['/r/z', '/r/a/main.tf', '/r/z/'] })).toEqual(['a', 'z']);
    expect(await rootsOf(nodes, { paths: ['/r/z', '/r'] })).toEqual(['a', 'm', 'z']);
  });

  it('takes predicates over paths', async () => {
    const nodes = { '/r/a/main.tf': S3, '/r/b/main.tf': S3, '/r/b/examples/x/main.tf': '}' };
    expect(await rootsOf(nodes, { include: (path) => path.startsWith('a') })).toEqual(['a']);
    const answer = await read(nodes, { exclude: (path) => path.endsWith('examples') });
    expect(answer).toMatchObject({ roots: [{ path: 'a' }, { path: 'b' }], problems: [], filesRead: 2 });
  });

  it('says that the backend of a called module is ignored', async () => {
    const nodes = { '/r/main.tf': `${S3}module "m" {\n  source = "./m"\n}\n`, '/r/m/main.tf': S3 };
    expect(await rootsOf(nodes)).toEqual(['.']);
    expect(await problemsOf(nodes)).toEqual([
      {
        kind: 'backend-ignored',
        message: expect.stringContaining('m declares'),
        location: { file: 'm/main.tf', line: 2, column: 3 },
      },
    ]);
    expect(await rootsOf({ ...nodes, '/r/m/.terraform.lock.hcl': '' })).toEqual(['.', 'm']);
    expect(await problemsOf({ ...nodes, '/r/m/.terraform.lock.hcl': '' })).toEqual([]);
  });
});

/** The one configuration of a root that nobody completes. */
const backend = (fact: object) => [{ variant: null, workspace: 'default', backend: fact }];

describe('what cannot be read is said, and the rest is read', () => {
  it('names files by position when they do not parse, and leaves the backend open', async () => {
    const answer = await read({ '/r/a/main.tf': S3, '/r/a/x.tf': 'variable "x" {\n  default = 1 2\n}\n' });
    expect(answer.problems).toEqual([
      {
        kind: 'unparsable-file',
        message: 'a/x.tf:2:15: Missing newline after argument',
        location: { file: 'a/x.tf', line: 2, column: 15 },
      },
    ]);
    expect(answer.roots).toMatchObject([
      {
        path: 'a',
        configurations: backend({
          gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: 'a/x.tf:2:15: Missing newline after argument' }],
        }),
        location: { file: 'a/main.tf', line: 2, column: 3 },
      },
    ]);
  });

  it.each([
    ['before its backend block', `oops!\n${S3}`],
    ['inside of it', 'terraform {\n  backend "s3" {\n    bucket = \n'],
  ])('keeps a root whose only file breaks %s', async (_, text) => {
    const { roots } = await read({ '/r/a/main.tf': text, '/r/b/main.tf': '' });
    expect(roots).toMatchObject([{ path: 'a', configurations: backend({ gaps: [{ cause: 'unparsable' }] }) }]);
  });

  it.each<[string, string, Parameters<typeof memory>[0][string]]>([
    ['file-too-large', 'a/x.tf: 10485761 bytes, more than 10 MiB', { bytes: 10 * 1024 * 1024 + 1 }],
    ['unparsable-file', 'a/x.tf: not valid UTF-8', new Uint8Array([0x61, 0xff])],
    ['unreadable-file', 'a/x.tf: EACCES', { error: 'EACCES' }],
    ['unreadable-file', 'a/x.tf: ENOENT', { link: '/r/nowhere.tf' }],
    ['link-outside-root', 'a/x.tf: the link leaves the audited root; it was not read', { link: '/etc/passwd' }],
  ])('%s: %s', async (kind, message, node) => {
    const answer = await read({ '/r/a/main.tf': S3, '/r/a/x.tf': node, '/etc/passwd': 'root', '/r/b/main.tf': S3 });
    expect(answer.problems).toEqual([{ kind, message, location: { file: 'a/x.tf', line: 1, column: 1 } }]);
    expect(answer.roots).toMatchObject([
      { path: 'a', configurations: backend({ gaps: [{ cause: 'unparsable', detail: message }] }) },
      { path: 'b', configurations: backend({ known: { kind: 's3' } }) },
    ]);
  });

  it('goes on after an unreadable directory, a missing path and a path outside the root', async () => {
    const nodes = {
      '/r/a/main.tf': S3,
      '/r/locked': { error: 'EACCES' },
      '/r/locked/x/main.tf': S3,
      '/other/main.tf': S3,
    };
    const paths = ['/r', '/r/missing', '/other', '/r/../other'];
    expect(await rootsOf(nodes, { paths })).toEqual(['a']);
    expect(await problemsOf(nodes, { paths })).toEqual([
      {
        kind: 'link-outside-root',
        message: '../other: outside the audited root; it was not read',
        location: undefined,
      },
      {
        kind: 'link-outside-root',
        message: '../other: outside the audited root; it was not read',
        location: undefined,
      },
      { kind: 'unreadable-directory', message: 'locked: EACCES', location: undefined },
      { kind: 'unreadable-directory', message: 'missing: ENOENT', location: undefined },
    ]);
  });

  it('answers for a root that does not exist', async () => {
    expect(await problemsOf({}, { root: '/gone', paths: ['/gone'] })).toMatchObject([{ kind: 'unreadable-directory' }]);
  });
});

describe('links', () => {
  it('reads a linked file inside the root, as Terraform does', async () => {
    const nodes = { '/r/shared/backend.tf': S3, '/r/a/backend.tf': { link: '../shared/backend.tf' } };
    expect((await read(nodes)).roots).toMatchObject([
      { path: 'a', location: { file: 'a/backend.tf', line: 2, column: 3 } },
      { path: 'shared' },
    ]);
  });

  it('survives loops and lists each real directory once, under its real path', async () => {
    const nodes = {
      '/r/a/main.tf': S3,
      '/r/a/self': { link: '.' },
      '/r/a/up': { link: '..' },
      '/r/0': { link: 'a' },
      '/r/x': { link: 'y' },
      '/r/y': { link: 'x' },
      '/r/dangling': { link: 'nowhere' },
    };
    expect(await rootsOf(nodes)).toEqual(['a']);
    expect(await problemsOf(nodes)).toEqual([
      { kind: 'unreadable-directory', message: 'x: ELOOP', location: undefined },
      { kind: 'unreadable-directory', message: 'y: ELOOP', location: undefined },
    ]);
  });

  it('does not follow a link out of the root, nor into what is skipped', async () => {
    const nodes = {
      '/r/out': { link: '/outside' },
      '/outside/main.tf': S3,
      '/r/hidden': { link: '.terraform/modules/m' },
      '/r/.terraform/modules/m/main.tf': S3,
    };
    expect(await rootsOf(nodes)).toEqual([]);
    expect(await problemsOf(nodes)).toEqual([
      { kind: 'link-outside-root', message: 'out: the link leaves the audited root', location: undefined },
    ]);
  });

  it('works when the root itself is a link', async () => {
    const nodes = { '/real/a/main.tf': S3, '/real/b': { link: '/real/a' }, '/r': { link: '/real' } };
    expect(await rootsOf(nodes)).toEqual(['a']);
  });

  it('sees a module call through a link', async () => {
    const nodes = {
      '/r/main.tf': `${PROVIDER}module "m" {\n  source = "./linked/m"\n}\n`,
      '/r/linked': { link: 'modules' },
      '/r/modules/m/main.tf': PROVIDER,
    };
    expect(await rootsOf(nodes)).toEqual(['.']);
  });
});

it('keeps at most 32 things open at once, over hundreds of directories', async () => {
  const fs = memory(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`/r/${i}/main.tf`, S3])));
  const { roots, filesRead } = await readRootModules(fs, { root: '/r', paths: ['/r'], environment: {} });
  expect({ roots: roots.length, filesRead, peak: fs.peak() }).toEqual({ roots: 400, filesRead: 400, peak: 32 });
});

it('never throws and never loses a root, whatever the file says', async () => {
  const seeds = [
    `${S3}module "m" {\n  source = "../b"\n}\n${PROVIDER}`,
    'terraform {\n  cloud {\n    hostname = "h"\n  }\n}\n',
  ];
  await fc.assert(
    fc.asyncProperty(mutated(seeds), fc.constantFrom('main.tf', 'main.tf.json', 'override.tf'), async (text, name) => {
      const { roots, problems } = await read({
        [`/r/a/${name}`]: text,
        '/r/a/.terraform.lock.hcl': '',
        '/r/b/main.tf': S3,
      });
      expect(roots[0]?.path).toBe('a');
      const fact = roots[0]?.configurations[0]?.backend;
      if (!fact) throw new Error('a root without a backend');
      // Unknown, and nobody knows why and where: that would be silence.
      if ('gaps' in fact) expect(problems.map(({ message }) => message)).toContain(fact.gaps[0].detail);
    }),
    { numRuns: 1000 },
  );
});
