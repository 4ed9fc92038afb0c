import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { knownBackend, type Nodes, readRoot, recordOf, s3 } from './reading.ts';

const RECORD = '.terraform/terraform.tfstate';
const named = ['bucket = "b"', 'key = "k"'];
const holding = (text: string): Nodes => ({ 's/main.tf': s3(...named), [`s/${RECORD}`]: text });
const recorded = (config: object, block: readonly string[] = named, type = 's3'): Nodes => ({
  's/main.tf': s3(...block),
  [`s/${RECORD}`]: recordOf(type, config),
});
const at = { file: 's/main.tf', line: 2, column: 3 };

describe('what terraform init recorded', () => {
  it('completes a partial block', async () => {
    const nodes = recorded({ bucket: 'b', key: 'k', region: null, endpoints: { s3: null, iam: null } }, []);
    const { backend, problems } = await readRoot(nodes);
    expect(backend).toMatchObject({
      known: {
        kind: 's3',
        declaredAt: { file: `s/${RECORD}`, line: 1, column: 1 },
        location: { bucket: 'b', key: 'k', region: null, endpoint: { url: null } },
      },
    });
    const source = {
      kind: 'record',
      text: `s/${RECORD}`,
      committed: false,
      location: { file: `s/${RECORD}`, line: 1, column: 1 },
    };
    expect(backend).toHaveProperty('known.arguments', [
      { name: 'bucket', value: 'b', source },
      { name: 'key', value: 'k', source },
    ]);
    expect(problems).toEqual([]);
  });

  it('says nothing new where the sources say the same', async () => {
    const { backend, problems } = await readRoot(recorded({ bucket: 'b', key: 'k', region: 'eu-west-1' }));
    expect(backend).toMatchObject({ known: { declaredAt: at, location: { region: null } } });
    expect(backend).toHaveProperty('known.arguments.0.source.text', 's/main.tf:3');
    expect(problems).toEqual([]);
  });

  it.each<[string, readonly string[], string, object, string, object]>([
    [
      'another bucket',
      named,
      's3',
      { bucket: 'c', key: 'k' },
      'bucket is "b" in the sources and "c" in the record',
      { location: { bucket: 'c' } },
    ],
    [
      'another bucket and key',
      named,
      's3',
      { bucket: 'c', key: 'l' },
      'bucket is "b" in the sources and "c" in the record, key is "k" in the sources and "l" in the record',
      { location: { bucket: 'c', key: 'l' } },
    ],
    [
      'another type',
      named,
      'local',
      { path: null },
      'type is "s3" in the sources and "local" in the record',
      { kind: 'local', path: 'terraform.tfstate' },
    ],
    [
      'a store that the sources do not name',
      named,
      's3',
      { bucket: 'b', key: 'k', endpoints: { s3: 'http://store' } },
      'endpoints.s3 is not set in the sources and "http://store" in the record',
      { location: { endpoint: { url: 'http://store' } } },
    ],
    [
      'no store where the sources name one',
      [...named, 'endpoints = { s3 = "http://store" }'],
      's3',
      { bucket: 'b', key: 'k' },
      'endpoints.s3 is "http://store" in the sources and not set in the record',
      { location: { endpoint: { url: null } } },
    ],
    [
      'another place of named workspaces',
      named,
      's3',
      { bucket: 'b', key: 'k', workspace_key_prefix: 'w' },
      'workspace_key_prefix is "env:" in the sources and "w" in the record',
      { location: { workspaces: { prefix: 'w' } } },
    ],
    [
      'a partial block that disagrees',
      ['bucket = "b"'],
      's3',
      { bucket: 'c', key: 'k' },
      'bucket is "b" in the sources and "c" in the record',
      { location: { bucket: 'c', key: 'k' } },
    ],
  ])('wins where it says %s', async (_, block, type, config, text, place) => {
    const { backend, problems } = await readRoot(recorded(config, block, type));
    expect(backend).toMatchObject({ known: place });
    expect(problems).toEqual([
      {
        kind: 'backend-mismatch',
        message: `s/${RECORD} is in force on this machine and does not agree with the sources: ${text}`,
        location: at,
      },
    ]);
  });

  it.each<[string, readonly string[], object]>([
    ['the default prefix, spelt out', [...named, 'workspace_key_prefix = "env:"'], { bucket: 'b', key: 'k' }],
    [
      'a prefix that only OpenTofu evaluates',
      [...named, 'workspace_key_prefix = var.x'],
      { bucket: 'b', key: 'k', workspace_key_prefix: 'w' },
    ],
  ])('does not disagree over %s', async (_, block, config) => {
    const { problems } = await readRoot({ ...recorded(config, block), 's/.opentofu-version': '1' });
    expect(problems).toEqual([]);
  });

  it('is passed over where it leads nowhere, and the candidates stay', async () => {
    const nodes = { ...recorded({ bucket: 'b' }, []), 's/a.tfbackend': 'key = "a"\n', 's/b.tfbackend': 'key = "b"\n' };
    expect(await knownBackend(nodes)).toMatchObject({
      kind: 'partial',
      declaredAt: at,
      candidates: [{ text: 'a.tfbackend' }, { text: 'b.tfbackend' }],
    });
  });

  it('is of one completion, and of several nobody knows which', async () => {
    const nodes = recorded({ bucket: 'c', key: 'k' }, []);
    const { root, problems } = await readRoot(nodes, {
      completions: () => [
        { variant: 'eu', items: [] },
        { variant: 'us', items: [] },
      ],
    });
    expect(root.configurations).toMatchObject([
      { variant: 'eu', backend: { known: { kind: 'partial' } } },
      { variant: 'us', backend: { known: { kind: 'partial' } } },
    ]);
    expect(problems).toEqual([]);
  });
});

describe('a record that is none', () => {
  const problem = (why: string) => [
    { kind: 'unparsable-file', message: `s/${RECORD}: ${why}`, location: { file: `s/${RECORD}`, line: 1, column: 1 } },
  ];
  const noRecord = 'no record of a backend, of version 3';

  it.each<[string, string, object[]]>([
    ['broken', '{"version":3,', problem('no JSON')],
    ['empty', '', problem('no JSON')],
    ['a list', '[]', problem(noRecord)],
    ['version 2', recordOf('s3', { bucket: 'c', key: 'k' }, 2), problem(noRecord)],
    ['a state, version 4', recordOf('s3', { bucket: 'c', key: 'k' }, 4), problem(noRecord)],
    [
      'without a type',
      '{"version":3,"backend":{"config":{}}}',
      problem('a record of a backend without type or config'),
    ],
    [
      'without a config',
      '{"version":3,"backend":{"type":"s3","config":[]}}',
      problem('a record of a backend without type or config'),
    ],
    ['of no backend', '{"version":3,"backend":null}', []],
    ['without any', '{"version":3}', []],
  ])('%s', async (_, text, problems) => {
    const answer = await readRoot(holding(text));
    expect(answer.backend).toMatchObject({ known: { location: { bucket: 'b' }, declaredAt: at } });
    expect(answer.problems).toEqual(problems);
  });

  it.each<[string, Nodes[string], string | null]>([
    ['too large', { bytes: 10 * 1024 * 1024 + 1 }, 'file-too-large'],
    ['unreadable', { error: 'EACCES' }, 'unreadable-file'],
    ['a link out of the root', { link: '/etc/state' }, 'link-outside-root'],
    ['a link to nowhere', { link: '/r/nowhere' }, null],
  ])('%s', async (_, node, kind) => {
    const nodes = {
      's/main.tf': s3(...named),
      [`s/${RECORD}`]: node,
      '/etc/state': recordOf('s3', { bucket: 'c', key: 'k' }),
    };
    const { backend, problems } = await readRoot(nodes);
    expect(backend).toMatchObject({ known: { location: { bucket: 'b' } } });
    expect(problems.map((problem) => problem.kind)).toEqual(kind === null ? [] : [kind]);
  });
});

it.each<[string, boolean]>([
  ['data', true],
  ['./data', true],
  ['data/', true],
  ['s/../data', true],
  ['', false],
  ['/tmp/data', false],
  ['../data', false],
  ['nowhere', false],
])('TF_DATA_DIR=%s below the module is followed: %j', async (TF_DATA_DIR, followed) => {
  const record = recordOf('s3', { bucket: 'c', key: 'k' });
  const nodes = {
    's/main.tf': s3(),
    's/data/terraform.tfstate': record,
    'data/terraform.tfstate': record,
    '/tmp/data/terraform.tfstate': record,
  };
  const backend = await knownBackend(nodes, { environment: { TF_DATA_DIR } });
  expect(backend.kind).toBe(followed ? 's3' : 'partial');
});

it('a credential of a record is never told', async () => {
  const secrets = { access_key: 'SECRET1', secret_key: 'SECRET2', token: 'SECRET3', sse_customer_key: 'SECRET4' };
  const configs: [string, object][] = [
    ['s3', { ...secrets, bucket: 'c', key: 'k' }],
    ['s3', { ...secrets, bucket: 'c', key: '/SECRET0' }],
    ['s3', { ...secrets, bucket: 'c', key: 'k', endpoints: { s3: 'http://u:SECRET5@store/?t=SECRET6' } }],
    ['http', { address: 'http://u:SECRET5@store/?t=SECRET6', password: 'SECRET7' }],
    ['pg', { conn_str: 'postgres://u:SECRET5@db/x' }],
    ['remote', { organization: 'o', token: 'SECRET3', workspaces: { name: 'w' } }],
  ];
  for (const [type, config] of configs) {
    for (const block of [[], named]) {
      const { root, problems } = await readRoot(recorded(config, block, type));
      expect(JSON.stringify([root, problems])).not.toContain('SECRET');
    }
  }
});

it('never throws, whatever a record says', async () => {
  const seed = recordOf('s3', {
    bucket: 'b',
    key: 'k',
    endpoints: { s3: 'http://x' },
    assume_role: [{ role_arn: 'x' }],
  });
  const text = fc.oneof(
    fc.json(),
    fc
      .tuple(fc.nat(seed.length), fc.nat(20), fc.string())
      .map(([at_, cut, put]) => seed.slice(0, at_) + put + seed.slice(at_ + cut)),
    fc.json().map((config) => `{"version":3,"backend":{"type":"s3","config":${config}}}`),
    fc.constantFrom(
      `{"version":3,"backend":{"type":"s3","config":{"__proto__":{"bucket":"p"},"bucket":{"__proto__":[]}}}}`,
      `{"version":3,"backend":{"type":"__proto__","config":{}}}`,
      `{"version":3,"backend":{"type":"s3","config":{"key":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom([], named), async (record, block) => {
      const { backend } = await readRoot({ 's/main.tf': s3(...block), [`s/${RECORD}`]: record });
      // It completes and replaces; it never takes away what the sources say.
      if (block === named) expect(backend).toHaveProperty('known');
    }),
    { numRuns: 500 },
  );
});

it('a data directory that is a link below the root is followed, as the tool follows it', async () => {
  const nodes = {
    's/main.tf': s3(),
    's/.terraform': { link: '../data' },
    'data/terraform.tfstate': recordOf('s3', { bucket: 'c', key: 'k' }),
  };
  expect((await readRoot(nodes)).backend).toMatchObject({ known: { location: { bucket: 'c', key: 'k' } } });
});
