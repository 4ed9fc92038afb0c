import { describe, expect, it } from '@jest/globals';
import type { BackendConfigEntry } from '../../src/config/config.ts';
import { completionsFrom, workspacesFrom } from '../../src/stacks/completions.ts';
import type { BackendConfigItem } from '../../src/terraform/backend/backend-config.ts';
import { memory } from '../terraform/memory.ts';

const at = { file: 'dr-audit.yaml', line: 3, column: 5 };

const entry = (change: Partial<BackendConfigEntry>): BackendConfigEntry => ({
  match: '**',
  name: null,
  files: [],
  values: [],
  location: at,
  ...change,
});
const value = (name: string, text: BackendConfigEntry['values'][number]['text']) => ({ name, text, location: at });
const file = (path: string) => ({ path, location: at });

interface Given {
  readonly entries?: readonly BackendConfigEntry[];
  readonly environment?: Record<string, string>;
  readonly nodes?: Parameters<typeof memory>[0];
}

const completions = ({ entries = [], environment = {}, nodes = {} }: Given, path = 'stacks/app') =>
  completionsFrom(
    { backendConfig: entries },
    { files: memory(nodes), root: '/r', configDirectory: '/r/conf', environment },
  )(path);

const shown = (item: BackendConfigItem): string =>
  item.kind === 'file' ? item.place.path : `${item.name}=${JSON.stringify(item.value)}`;
const told = (given: Given, path?: string) =>
  completions(given, path).map(({ variant, items }) => [variant, ...items.map(shown)]);

describe('how the config completes a root module', () => {
  it.each<[string, Given, readonly (readonly (string | null)[])[]]>([
    ['not at all', {}, [[null]]],
    ['nor where nothing matches', { entries: [entry({ match: 'other', values: [value('key', 'k')] })] }, [[null]]],
    [
      'with files before values, relative to the config',
      { entries: [entry({ values: [value('key', 'k')], files: [file('a.hcl'), file('../b.hcl')] })] },
      [[null, 'conf/a.hcl', 'b.hcl', 'key="k"']],
    ],
    [
      'with placeholders',
      {
        entries: [entry({ values: [value('key', '{path}/{name}/{parent}.tfstate')], files: [file('{name}.hcl')] })],
      },
      [[null, 'conf/app.hcl', 'key="stacks/app/app/stacks.tfstate"']],
    ],
    [
      'in several ways, of which each has what has no name first',
      {
        entries: [
          entry({ name: 'prod', values: [value('key', 'p')] }),
          entry({ values: [value('bucket', 'b')] }),
          entry({ match: 'stacks/*', name: 'test', values: [value('key', 't')] }),
          entry({ match: 'stacks/app', name: 'prod', values: [value('region', 'r')] }),
        ],
      },
      [
        ['prod', 'bucket="b"', 'key="p"', 'region="r"'],
        ['test', 'bucket="b"', 'key="t"'],
      ],
    ],
    [
      'after the environment, where TF_CLI_ARGS follows TF_CLI_ARGS_init',
      {
        entries: [entry({ values: [value('key', 'config')] })],
        environment: {
          TF_CLI_ARGS: "-backend-config='key=all' -no-color",
          TF_CLI_ARGS_init: '-backend-config=p.hcl -backend-config key=init',
        },
      },
      [[null, 'stacks/app/p.hcl', 'key="init"', 'key="all"', 'key="config"']],
    ],
  ])('%s', (_, given, expected) => expect(told(given)).toEqual(expected));

  it('keeps objects as data, with placeholders in their texts', () => {
    const role = { role_arn: 'arn:aws:iam::111111111111:role/{name}', tags: ['{parent}'] };
    const [item] = completions({ entries: [entry({ values: [value('assume_role', role)] })] })[0]?.items ?? [];
    expect(item).toMatchObject({
      name: 'assume_role',
      value: new Map<string, unknown>([
        ['role_arn', 'arn:aws:iam::111111111111:role/app'],
        ['tags', ['stacks']],
      ]),
      source: { kind: 'config', text: 'dr-audit.yaml:3', committed: true, location: at },
    });
  });

  it.each([
    entry({ values: [value('key', '{path}/{workspace}')] }),
    entry({ values: [value('assume_role', { role_arn: '{workspace}' })] }),
    entry({ name: 'prod', files: [file('{workspace}.hcl')] }),
  ])('refuses a placeholder that stands for nothing, at its place: %j', (strange) => {
    const message = 'unknown placeholder {workspace}; allowed: {path}, {name}, {parent}';
    expect(completions({ entries: [strange] })).toMatchObject([{ refusal: { at, message } }]);
    expect(completions({ entries: [{ ...strange, match: 'other' }] })).toEqual([{ variant: null, items: [] }]);
  });

  it('says of the environment that nobody else has it', () => {
    const [item] = completions({ environment: { TF_CLI_ARGS: '-backend-config=key=k' } })[0]?.items ?? [];
    expect(item?.source).toEqual({ kind: 'environment', text: 'TF_CLI_ARGS', committed: false, location: null });
  });

  it.each(['TF_CLI_ARGS', 'TF_CLI_ARGS_init'])('takes nothing for known where %s is not understood', (name) => {
    const both = { TF_CLI_ARGS: '-backend-config=key=k', TF_CLI_ARGS_init: '-backend-config=key=k' };
    const environment = { ...both, [name]: '-backend-config=key=$KEY -backend-config=$MORE' };
    expect(completions({ environment, entries: [entry({ values: [value('key', 'config')] })] })).toMatchObject([
      { refusal: { at: null, message: `${name} completes the backend in a way that is not understood: $KEY, $MORE` } },
    ]);
  });

  it.each([
    ['beside the config', '/r/conf/a.hcl', true],
    ['below the root', '/r/x/a.hcl', true],
    ['elsewhere', '/etc/passwd', false],
    ['elsewhere by a link', '/r/conf/link.hcl', false],
  ])('reads a file %s: %s is %j', async (_, path, allowed) => {
    const nodes = {
      '/r/conf/a.hcl': '',
      '/r/x/a.hcl': '',
      '/etc/passwd': '',
      '/r/conf/link.hcl': { link: '/etc/passwd' },
    };
    const [item] = completions({ nodes, entries: [entry({ files: [file('a.hcl')] })] })[0]?.items ?? [];
    expect(item?.kind === 'file' && (await item.place.contains(path))).toBe(allowed);
  });
});

it('the workspaces of all matching entries, each once; null where none matches', () => {
  const named = workspacesFrom({
    workspaces: [
      { match: 'stacks/**', names: ['prod', 'test'], location: at },
      { match: 'stacks/app', names: ['test', 'default'], location: at },
    ],
  });
  expect([named('stacks/app'), named('stacks/x'), named('other')]).toEqual([
    ['prod', 'test', 'default'],
    ['prod', 'test'],
    null,
  ]);
});
