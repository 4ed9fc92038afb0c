import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BackendConfigEntry } from '../../src/config/config.ts';
import { completionsFrom } from '../../src/stacks/completions.ts';
import { memory } from './memory.ts';
import { knownBackend, type Nodes, readRoot, readTree, recordOf, s3, toldOf } from './reading.ts';

const at = { file: 'dr-audit.yaml', line: 3, column: 5 };
const entry = (change: Partial<BackendConfigEntry>): BackendConfigEntry => ({
  match: '**',
  name: null,
  files: [],
  values: [],
  location: at,
  ...change,
});
const key = (text: string, line: number) => ({ name: 'key', text, location: { ...at, line } });
const file = (path: string) => ({ path, location: at });

/** How a config, and an environment, complete the roots of a tree. */
function completing(nodes: Nodes, entries: readonly BackendConfigEntry[], environment: Record<string, string> = {}) {
  const absolute = Object.fromEntries(
    Object.entries(nodes).map(([path, node]) => [path.startsWith('/') ? path : `/r/${path}`, node]),
  );
  const context = { files: memory(absolute), root: '/r', configDirectory: '/r', environment };
  return { environment, completions: completionsFrom({ backendConfig: entries }, context) };
}

const block = { 's/main.tf': s3('bucket = "b"', 'key = "block"') };

describe('who completes a block last', () => {
  const files = { 'a.hcl': 'key = "a"\n', 's/e.hcl': 'key = "e"\n', 'z.hcl': '\n\nkey = "z"\n' };
  const nodes = { ...block, ...files };

  it.each<[string, readonly BackendConfigEntry[], Record<string, string>, string]>([
    ['the block alone', [], {}, 'block (s/main.tf:4)'],
    ['TF_CLI_ARGS_init', [], { TF_CLI_ARGS_init: '-backend-config=key=i' }, 'i (TF_CLI_ARGS_init)'],
    [
      'TF_CLI_ARGS',
      [],
      { TF_CLI_ARGS: '-backend-config=key=t', TF_CLI_ARGS_init: '-backend-config=key=i' },
      't (TF_CLI_ARGS)',
    ],
    ['a file of the environment, from the module', [], { TF_CLI_ARGS: '-backend-config=e.hcl' }, 'e (s/e.hcl:1)'],
    [
      'a file of the config',
      [entry({ files: [file('a.hcl')] })],
      { TF_CLI_ARGS: '-backend-config=key=t' },
      'a (a.hcl:1)',
    ],
    ['the later file', [entry({ files: [file('a.hcl'), file('z.hcl')] })], {}, 'z (z.hcl:3)'],
    ['a value after the files', [entry({ files: [file('a.hcl')], values: [key('v', 7)] })], {}, 'v (dr-audit.yaml:7)'],
    [
      'a later entry',
      [
        entry({ values: [key('v', 7)] }),
        entry({ files: [file('a.hcl')] }),
        entry({ match: 'other', values: [key('o', 9)] }),
      ],
      {},
      'a (a.hcl:1)',
    ],
  ])('%s', async (_, entries, environment, told) => {
    expect(toldOf(await knownBackend(nodes, completing(nodes, entries, environment)))['key']).toBe(told);
  });

  it('each name is a configuration, with the shared entries first', async () => {
    const entries = [
      entry({ name: 'eu', values: [key('eu', 4)] }),
      entry({ values: [key('shared', 5), { name: 'region', text: 'r', location: at }] }),
      entry({ name: 'us', values: [key('us', 6)] }),
    ];
    const { root } = await readRoot(block, completing(block, entries));
    expect(root.configurations).toMatchObject([
      { variant: 'eu', workspace: 'default', backend: { known: { location: { key: 'eu', region: 'r' } } } },
      { variant: 'us', workspace: 'default', backend: { known: { location: { key: 'us', region: 'r' } } } },
    ]);
  });

  it('the sources of the arguments', async () => {
    const entries = [entry({ files: [file('a.hcl')], values: [{ name: 'bucket', text: 'c', location: at }] })];
    const backend = await knownBackend(nodes, completing(nodes, entries, { AWS_REGION: 'r' }));
    expect(backend.arguments.map(({ name, source }) => [name, source])).toEqual([
      ['bucket', { kind: 'config', text: 'dr-audit.yaml:3', committed: true, location: at }],
      ['key', { kind: 'file', text: 'a.hcl:1', committed: true, location: { file: 'a.hcl', line: 1, column: 1 } }],
      ['region', { kind: 'environment', text: 'AWS_REGION', committed: false, location: null }],
    ]);
  });

  it('arguments of a block that git ignores are nobody else’s', async () => {
    const backend = await knownBackend({ ...block, '.gitignore': 'main.tf\n', 's/x.tf': '' });
    expect(backend.arguments.map(({ source }) => [source.kind, source.committed])).toEqual([
      ['code', false],
      ['code', false],
    ]);
  });
});

describe('a completion', () => {
  it.each<[string, Nodes, BackendConfigEntry, string, object | null]>([
    [
      'that is absent',
      block,
      entry({ files: [file('no.hcl')] }),
      `${'dr-audit.yaml:3:5'}: -backend-config: no.hcl: no such file`,
      at,
    ],
    [
      'that is broken',
      { ...block, 'a.hcl': 'key = \n' },
      entry({ files: [file('a.hcl')] }),
      'a.hcl:1:7: ',
      { file: 'a.hcl', line: 1, column: 7 },
    ],
    [
      'with a block',
      { ...block, 'a.hcl': 'key = "k"\nterraform {\n}\n' },
      entry({ files: [file('a.hcl')] }),
      'a.hcl:2:1: a -backend-config file takes arguments only, no terraform block',
      { file: 'a.hcl', line: 2, column: 1 },
    ],
    [
      'with a variable',
      { ...block, 'a.hcl': 'key = var.x\n' },
      entry({ files: [file('a.hcl')] }),
      'a.hcl:1:1: key: var.x: variables are not allowed here',
      { file: 'a.hcl', line: 1, column: 1 },
    ],
    [
      'with an argument that the type has not',
      { ...block, 'a.hcl': '\nkye = "k"\n' },
      entry({ files: [file('a.hcl')] }),
      'a.hcl:2:1: "kye" is no argument of backend "s3"',
      { file: 'a.hcl', line: 2, column: 1 },
    ],
  ])('%s makes the backend unknown, and says where', async (_, nodes, one, text, location) => {
    const { backend, problems } = await readRoot(nodes, completing(nodes, [one]));
    const message = expect.stringContaining(text);
    expect(backend).toEqual({ gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message, ...(location && { location }) }]);
  });

  it('of the environment that is not understood makes the backend unknown, and is said', async () => {
    const environment = { TF_CLI_ARGS: '-backend-config=key=$KEY', TF_CLI_ARGS_init: '-backend-config=key=k' };
    const { backend, problems } = await readRoot(block, completing(block, [entry({ name: 'eu' })], environment));
    const message = 'TF_CLI_ARGS completes the backend in a way that is not understood: $KEY';
    expect(backend).toEqual({ gaps: [{ fact: 'stack.backend', cause: 'unparsable', detail: message }] });
    expect(problems).toEqual([{ kind: 'invalid-backend', message }]);
  });

  it.each(['-no-color', '-var x=$Y', '-backend-config='])(
    'of the environment is none that says %s',
    async (TF_CLI_ARGS) => {
      const backend = await knownBackend(block, completing(block, [], { TF_CLI_ARGS }));
      expect(toldOf(backend)['key']).toBe('block (s/main.tf:4)');
    },
  );

  it.each<[string, string]>([
    ['a cloud block', 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n'],
    ['no block', 'provider "aws" {}\n'],
  ])('is none of %s, which takes no -backend-config', async (_, text) => {
    const nodes = { 's/main.tf': text };
    const { backend, problems } = await readRoot(
      nodes,
      completing(nodes, [entry({ values: [key('k', 3)] })], { TF_CLI_ARGS: '-backend-config=key=$KEY' }),
    );
    expect(backend).toHaveProperty('known');
    expect(problems).toEqual([]);
  });

  it('from the config leaves no room for what the tree suggests', async () => {
    const nodes = { 's/main.tf': s3('bucket = "b"'), 's/p.tfbackend': 'key = "p"\n' };
    const entries = [entry({ values: [{ name: 'region', text: 'r', location: at }] })];
    expect(await knownBackend(nodes, completing(nodes, entries))).toMatchObject({
      kind: 'partial',
      missing: [{ name: 'key' }],
      candidates: [{ text: 'p.tfbackend' }],
    });
  });
});

it('each workspace has its own key under each completion', async () => {
  const entries = [entry({ name: 'a', values: [key('a', 3)] }), entry({ name: 'b', values: [key('b', 3)] })];
  const { root } = await readRoot(block, {
    ...completing(block, entries),
    workspaces: () => ['default', 'prod'],
  });
  const found = root.configurations.map(({ variant, workspace, backend }) => [
    variant,
    workspace,
    'known' in backend && backend.known.kind === 's3' ? backend.known.location.key : backend,
  ]);
  expect(found).toEqual([
    ['a', 'default', 'a'],
    ['a', 'prod', 'env:/prod/a'],
    ['b', 'default', 'b'],
    ['b', 'prod', 'env:/prod/b'],
  ]);
});

describe('a listing of the bucket shows the workspaces', () => {
  const tofu = { '.opentofu-version': '1' };
  it.each<[string, Nodes, object | null]>([
    ['of a literal key', block, { prefix: 'env:', defaultKey: 'block' }],
    [
      'of a key of variables',
      { ...tofu, 's/main.tf': s3('bucket = "b"', 'key = var.x'), 's/v.tf': 'variable "x" {\n  default = "v"\n}\n' },
      { prefix: 'env:', defaultKey: 'v' },
    ],
    [
      'not of a key that hangs on the workspace',
      { ...tofu, 's/main.tf': s3('bucket = "b"', 'key = terraform.workspace') },
      null,
    ],
    ['not of a bucket that does', { ...tofu, 's/main.tf': s3('bucket = "b-${tofu.workspace}"', 'key = "k"') }, null],
    [
      'not of a prefix that does',
      { ...tofu, 's/main.tf': s3('bucket = "b"', 'key = "k"', 'workspace_key_prefix = "p-${terraform.workspace}-q"') },
      null,
    ],
    [
      'not of a key that other workspaces have none of',
      { ...tofu, 's/main.tf': s3('bucket = "b"', 'key = { default = "k" }[terraform.workspace]') },
      null,
    ],
  ])('%s', async (_, nodes, workspaces) => {
    expect(await knownBackend(nodes)).toMatchObject({ kind: 's3', location: { workspaces } });
  });
});

it('the same problem in several workspaces is said once', async () => {
  const { problems } = await readRoot(
    { 's/main.tf': s3('bucket = "b"', 'key = "/k"') },
    { workspaces: () => ['default', 'prod'] },
  );
  expect(problems.map(({ message }) => message)).toEqual(['s/main.tf:4:5: key must not start or end with "/"']);
});

describe('whatever the files say', () => {
  const pieces = [
    'var.x',
    'local.x',
    '"k"',
    '"${var.x}"',
    'null',
    '1',
    '[',
    '}',
    'file("/etc/passwd")',
    '""',
    'x = 1\n',
    '\n',
  ];
  const line = fc
    .tuple(
      fc.constantFrom('bucket', 'key', 'region', 'endpoints', 'x'),
      fc.constantFrom('=', '{', ''),
      fc.constantFrom(...pieces),
    )
    .map((parts) => parts.join(' '));
  const anyText = fc.oneof(
    fc.array(line, { maxLength: 4 }).map((lines) => s3(...lines)),
    fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')),
    fc.constantFrom(
      'locals {\n  x = local.x\n}\n',
      'variable "x" {\n  default = "v"\n}\n',
      'terraform {\n  cloud {}\n}\n',
    ),
    fc.constant(recordOf('s3', { bucket: 'b', key: 'k' })),
    fc.string(),
  );
  const names = [
    'main.tf',
    'b.tf',
    'x_override.tf',
    'main.tofu',
    'terraform.tfvars',
    'p.tfbackend',
    '.terraform/terraform.tfstate',
    'a.hcl',
  ];

  it('nothing throws, and a backend that is not known says why and where', async () => {
    const trees = fc.dictionary(fc.constantFrom(...names), anyText, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(trees, fc.boolean(), async (texts, isCompleted) => {
        const nodes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [`s/${name}`, text]));
        const entries = isCompleted ? [entry({ files: [file('s/a.hcl')] })] : [];
        const { roots, problems } = await readTree(
          { ...nodes, 's/.terraform.lock.hcl': '' },
          completing(nodes, entries),
        );
        for (const { backend } of roots.flatMap(({ configurations }) => configurations)) {
          if ('gaps' in backend) {
            expect(problems.map(({ message }) => message)).toContain(backend.gaps[0].detail);
            expect(backend.gaps[0].detail).toMatch(/^(?:s\/|dr-audit\.yaml)/);
          } else if (backend.known.kind === 'partial') {
            for (const { location, why } of backend.known.missing)
              expect([why, location]).toEqual([expect.anything(), expect.anything()]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
