import { describe, expect, it } from '@jest/globals';
import type { ArgumentSource, Candidate } from '../../../src/model/backend.ts';
import { interpret } from '../../../src/terraform/backend/types/interpret.ts';
import { at, backendOf, block, members, open, plainWrites, read, toldOf, type Values } from './blocks.ts';

const named: Values = { bucket: 'b', key: 'k' };

const location = (rest: object = {}) => ({
  bucket: 'b',
  key: 'k',
  region: null,
  regionInCode: false,
  endpoint: { url: null, pathStyle: false },
  workspaces: { prefix: 'env:', defaultKey: 'k' },
  writes: plainWrites,
  ...rest,
});
const endpoint = (url: string | null, pathStyle = false) => ({ endpoint: { url, pathStyle } });
const inEnvironment = { region: 'e', regionInCode: false };

describe('where an s3 backend says the state is', () => {
  it.each<[string, Values, Record<string, string>, object]>([
    ['bucket and key', {}, {}, {}],
    ['a region', { region: 'eu-west-1' }, { AWS_REGION: 'x' }, { region: 'eu-west-1', regionInCode: true }],
    ['an empty region', { region: '' }, { AWS_REGION: 'e' }, inEnvironment],
    ['a null region', { region: null }, { AWS_REGION: 'e' }, inEnvironment],
    ['AWS_REGION first', {}, { AWS_DEFAULT_REGION: 'd', AWS_REGION: 'e' }, inEnvironment],
    ['then AWS_DEFAULT_REGION', {}, { AWS_DEFAULT_REGION: 'e', AWS_REGION: '' }, inEnvironment],
    ['path style', { use_path_style: true }, {}, endpoint(null, true)],
    ['virtual hosts', { use_path_style: false }, {}, {}],
    ['path style as text', { use_path_style: 'true' }, {}, endpoint(null, true)],
    ['path style as "1"', { use_path_style: '1' }, {}, endpoint(null, true)],
    ['the older path style', { force_path_style: true }, {}, endpoint(null, true)],
    ['an endpoint', { endpoints: members({ s3: 'http://x', sts: 'http://y' }) }, {}, endpoint('http://x')],
    ['an empty endpoint', { endpoints: members({ s3: '' }) }, { AWS_ENDPOINT_URL: 'http://e' }, endpoint('http://e')],
    ['the older endpoint', { endpoint: 'http://x', endpoints: members({ sts: 'http://y' }) }, {}, endpoint('http://x')],
    ['the code first', { endpoint: 'http://x' }, { AWS_ENDPOINT_URL_S3: 'http://e' }, endpoint('http://x')],
    ['an endpoint with a password', { endpoint: 'http://u:p@x:9/a?b=c' }, {}, endpoint('http://x:9/a')],
    [
      'AWS_ENDPOINT_URL_S3',
      { endpoints: members({ sts: 'http://y' }) },
      { AWS_ENDPOINT_URL_S3: 'http://1', AWS_S3_ENDPOINT: 'http://2', AWS_ENDPOINT_URL: 'http://3' },
      endpoint('http://1'),
    ],
    ['AWS_S3_ENDPOINT', {}, { AWS_S3_ENDPOINT: 'http://2', AWS_ENDPOINT_URL: 'http://3' }, endpoint('http://2')],
    ['AWS_ENDPOINT_URL', {}, { AWS_ENDPOINT_URL: 'http://3' }, endpoint('http://3')],
    ['a number for a name', { bucket: 7 }, {}, { bucket: '7' }],
    [
      'a doubled slash, which OpenTofu takes',
      { key: 'a//b' },
      {},
      { key: 'a//b', workspaces: { prefix: 'env:', defaultKey: 'a//b' } },
    ],
    ['a prefix', { workspace_key_prefix: 'ws/x' }, {}, { workspaces: { prefix: 'ws/x', defaultKey: 'k' } }],
    ['no prefix', { workspace_key_prefix: '' }, {}, { workspaces: { prefix: '', defaultKey: 'k' } }],
    ['a prefix that nobody knows', { workspace_key_prefix: open('var.p') }, {}, { workspaces: null }],
  ])('%s', (_, values, environment, rest) => {
    const backend = backendOf(read('s3', { ...named, ...values }, { environment }));
    expect(backend).toMatchObject({ kind: 's3', declaredAt: at(2) });
    expect(backend).toHaveProperty('location', location(rest));
  });

  it.each<[string, Values, object]>([
    ['nothing', {}, {}],
    ['a lock file', { use_lockfile: true }, { lockfile: { known: true } }],
    ['a lock file as text', { use_lockfile: 'true' }, { lockfile: { known: true } }],
    ['no lock file', { use_lockfile: false }, {}],
    ['a table', { dynamodb_table: 'locks' }, { table: { known: 'locks' } }],
    // `-backend-config=dynamodb_table=` switches it off.
    ['an empty table', { dynamodb_table: '' }, {}],
    [
      'a table elsewhere',
      { endpoints: members({ dynamodb: 'http://u:p@d/x?y' }) },
      { tableEndpoint: { known: 'http://d/x' } },
    ],
    ['the older form of it', { dynamodb_endpoint: 'http://d' }, { tableEndpoint: { known: 'http://d' } }],
    ['a key', { encrypt: true, kms_key_id: 'alias/k' }, { kmsKeyId: { known: 'alias/k' } }],
    ['a key that is not used', { kms_key_id: 'alias/k' }, {}],
    ['tags', { state_tags: members({ dr: 'yes', n: 1 }) }, { tags: { known: { dr: 'yes', n: '1' } } }],
    [
      'a lock that nobody knows',
      { use_lockfile: open('var.l') },
      { lockfile: { open: expect.stringContaining('var.l') } },
    ],
    [
      'a table that nobody knows',
      { dynamodb_table: open('var.t') },
      { table: { open: expect.stringContaining('var.t') } },
    ],
    [
      'a key that nobody knows',
      { encrypt: true, kms_key_id: open('var.k') },
      { kmsKeyId: { open: expect.stringContaining('var.k') } },
    ],
    [
      'encryption that nobody knows',
      { encrypt: open('var.e'), kms_key_id: 'k' },
      { kmsKeyId: { open: expect.stringContaining('var.e') } },
    ],
    ['tags that nobody knows', { state_tags: open('var.g') }, { tags: { open: expect.stringContaining('var.g') } }],
  ])('how it writes, with %s', (_, values, rest) => {
    expect(backendOf(read('s3', { ...named, ...values }))).toHaveProperty('location.writes', {
      ...plainWrites,
      ...rest,
    });
  });

  it.each<[Values, string]>([
    [{}, 'env:/prod/k'],
    [{ workspace_key_prefix: 'a/b' }, 'a/b/prod/k'],
    [{ workspace_key_prefix: '' }, 'prod/k'],
  ])('in a named workspace, with %j', (values, key) => {
    const backend = backendOf(read('s3', { ...named, ...values }, { workspace: 'prod' }));
    expect(backend).toMatchObject({ location: { key, workspaces: { defaultKey: 'k' } } });
  });

  it.each<[ArgumentSource['kind'], boolean]>([
    ['code', true],
    ['file', true],
    ['config', true],
    ['suggestion', true],
    ['record', true],
    ['environment', false],
  ])('says whether the region is in the code: %s', (kind, regionInCode) => {
    const effective = block('s3', { ...named, region: 'r' }, { kind });
    const backend = backendOf(interpret(effective, { workspace: 'default', environment: {} }));
    expect(backend).toMatchObject({ location: { region: 'r', regionInCode } });
  });
});

describe('what an s3 backend misses', () => {
  const others = 'the block leaves it to others';
  const noValue = (expression: string) => [`${expression}: the variable has no value in the repository`, 99] as const;

  it.each<[Values, string, Record<string, readonly [why: string, line: number]>]>([
    [{}, 'default', { bucket: [others, 2], key: [others, 2] }],
    [{ bucket: 'b' }, 'default', { key: [others, 2] }],
    [{ bucket: null, key: open('var.k') }, 'default', { bucket: [others, 2], key: noValue('var.k') }],
    [{ bucket: '', key: ' ' }, 'default', { bucket: ['it is empty', 3], key: ['it is empty', 4] }],
    [
      { bucket: 'b', key: Number('1.2345678901234567e40') },
      'default',
      { key: ['the number has more digits than are kept here', 4] },
    ],
    [{ ...named, region: open('var.r') }, 'default', { region: noValue('var.r') }],
    [{ ...named, endpoints: members({ s3: open('var.x') }) }, 'default', { 'endpoints.s3': noValue('var.x') }],
    [{ ...named, endpoints: open('var.x') }, 'default', { 'endpoints.s3': noValue('var.x') }],
    [
      { ...named, endpoint: open('local.x'), use_path_style: open('var.y') },
      'default',
      { 'endpoints.s3': noValue('local.x'), use_path_style: noValue('var.y') },
    ],
    [{ ...named, force_path_style: open('var.y') }, 'default', { use_path_style: noValue('var.y') }],
    [{ ...named, workspace_key_prefix: open('var.p') }, 'prod', { workspace_key_prefix: noValue('var.p') }],
  ])('%j in workspace %s', (values, workspace, missing) => {
    const backend = backendOf(
      read('s3', values, { workspace, environment: { AWS_REGION: 'r', AWS_ENDPOINT_URL: 'u' } }),
    );
    expect(backend).toMatchObject({ kind: 'partial', type: 's3', declaredAt: at(2) });
    const expected = Object.entries(missing).map(([name, [why, line]]) => ({ name, why, location: at(line) }));
    expect(backend).toHaveProperty('missing', expected);
  });

  it('is not what only helps to read it', () => {
    const values = Object.fromEntries(
      ['assume_role', 'kms_key_id', 'dynamodb_table', 'encrypt', 'use_lockfile', 'profile', 'sts_region', 'token'].map(
        (name) => [name, open('var.x')],
      ),
    );
    expect(backendOf(read('s3', { ...named, ...values }))).toMatchObject({ kind: 's3' });
    expect(toldOf(read('s3', { ...named, ...values }))).toEqual(['bucket=b (main.tf:3)', 'key=k (main.tf:4)']);
  });

  it('comes with what is known, and with the candidates that may complete it', () => {
    const candidates: readonly Candidate[] = [{ text: 'prod.s3.tfbackend', kind: 'file', location: at(1), open: [] }];
    const effective = { ...block('s3', { key: 'k', region: 'r' }), candidates };
    const backend = backendOf(interpret(effective, { workspace: 'default', environment: {} }));
    expect(backend).toMatchObject({ kind: 'partial', candidates, arguments: [{ name: 'key' }, { name: 'region' }] });
  });
});

describe('what is told of an s3 backend', () => {
  it('is what helps to find the state or to fail over, by name', () => {
    const values: Values = {
      workspace_key_prefix: 'ws',
      key: 'k',
      bucket: 'b',
      region: 'r',
      endpoints: members({ s3: 'http://u:p@x/?q', dynamodb: 'http://d' }),
      use_path_style: '1',
      encrypt: true,
      kms_key_id: 'alias/x',
      dynamodb_table: 't',
      use_lockfile: 'false',
      profile: 'p',
      sts_region: 's',
      assume_role: members({ role_arn: 'arn:r', external_id: 'hidden', session_name: 'x' }),
    };
    expect(toldOf(read('s3', values))).toEqual([
      'assume_role.role_arn=arn:r (main.tf:15)',
      'bucket=b (main.tf:5)',
      'dynamodb_table=t (main.tf:11)',
      'encrypt=true (main.tf:9)',
      'endpoints.dynamodb=http://d (main.tf:7)',
      'endpoints.s3=http://x/ (main.tf:7)',
      'key=k (main.tf:4)',
      'kms_key_id=alias/x (main.tf:10)',
      'profile=p (main.tf:13)',
      'region=r (main.tf:6)',
      'sts_region=s (main.tf:14)',
      'use_lockfile=false (main.tf:12)',
      'use_path_style=true (main.tf:8)',
      'workspace_key_prefix=ws (main.tf:3)',
    ]);
  });

  it('names the environment, except for an endpoint, and a default only where it decides', () => {
    const environment = { AWS_REGION: 'r', AWS_ENDPOINT_URL: 'http://e' };
    const { arguments: found } = backendOf(read('s3', named, { workspace: 'prod', environment }));
    expect(found.map(({ name, value, source }) => [name, value, source.kind, source.text, source.committed])).toEqual([
      ['bucket', 'b', 'code', 'main.tf:3', true],
      ['key', 'k', 'code', 'main.tf:4', true],
      ['region', 'r', 'environment', 'AWS_REGION', false],
      ['workspace_key_prefix', 'env:', 'default', 'default', false],
    ]);
    expect(toldOf(read('s3', named))).not.toContainEqual(expect.stringContaining('workspace_key_prefix'));
  });
});

describe('an s3 backend that both tools refuse', () => {
  it.each<[Values, string, number]>([
    [{ bucket: 'b', key: '/k' }, 'key must not start or end with "/"', 4],
    [{ bucket: 'b', key: 'k/' }, 'key must not start or end with "/"', 4],
    [{ key: '/k' }, 'key must not start or end with "/"', 3],
    [{ ...named, workspace_key_prefix: 'w/' }, 'workspace_key_prefix must not start or end with "/"', 5],
    [{ ...named, workspace_key_prefix: '/w' }, 'workspace_key_prefix must not start or end with "/"', 5],
    [{ ...named, kms_key_id: 'x', sse_customer_key: 'y' }, 'only one of kms_key_id and sse_customer_key can be set', 6],
    [
      { ...named, use_path_style: true, force_path_style: true },
      'only one of use_path_style and force_path_style can be set',
      6,
    ],
    [
      { ...named, endpoints: members({ s3: 'x' }), endpoint: 'x' },
      'only one of endpoints.s3 and endpoint can be set',
      6,
    ],
    [
      { ...named, allowed_account_ids: [], forbidden_account_ids: [] },
      'only one of allowed_account_ids and forbidden_account_ids can be set',
      6,
    ],
    [
      { ...named, shared_credentials_file: 'x', shared_credentials_files: ['x'] },
      'only one of shared_credentials_files and shared_credentials_file can be set',
      5,
    ],
    [{ ...named, bukket: 'b' }, '"bukket" is no argument of backend "s3"', 5],
    [{ ...named, __proto__x: 'b' }, '"__proto__x" is no argument of backend "s3"', 5],
    [{ ...named, constructor: 'b' }, '"constructor" is no argument of backend "s3"', 5],
    [{ key: 'k', bucket: ['b'] }, 'bucket: a string is required, not a list', 4],
    [{ ...named, use_path_style: 'yes' }, 'use_path_style: a bool is required, not a string', 5],
    [{ ...named, force_path_style: 1 }, 'use_path_style: a bool is required, not a number', 5],
    [{ ...named, encrypt: 1 }, 'encrypt: a bool is required, not a number', 5],
    [{ ...named, endpoints: 'http://x' }, 'endpoints: an object is required, not a string', 5],
  ])('%j', (values, message, line) => {
    expect(read('s3', values)).toEqual({ refusal: { message, location: at(line) } });
  });

  it.each<[Values]>([
    [{ kms_key_id: open('var.k'), sse_customer_key: 'y' }],
    [{ kms_key_id: '', sse_customer_key: 'y' }],
    [{ kms_key_id: 'x', sse_customer_key: null }],
    [{ allowed_account_ids: open('var.k'), forbidden_account_ids: [] }],
    [{ allowed_account_ids: [], forbidden_account_ids: open('var.k') }],
    [{ role_arn: 'x', state_tags: members({}), use_legacy_workflow: true }],
    [{ endpoints: members({ typo: 'x' }) }],
  ])('but not %j', (values) => {
    expect(backendOf(read('s3', { ...named, ...values }))).toMatchObject({ kind: 's3' });
  });

  it('takes what a newer version of the tool has recorded', () => {
    const effective = block('s3', { ...named, new_argument: 'x' }, { kind: 'record' });
    expect(backendOf(interpret(effective, { workspace: 'default', environment: {} }))).toMatchObject({ kind: 's3' });
  });
});
