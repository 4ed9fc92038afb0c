import { describe, expect, it } from '@jest/globals';
import type { FileSystem } from '../../../src/model/effects.ts';
import { readSettings, settingsFor } from '../../../src/orchestrator/spacelift/settings.ts';

/** A repository at `/r` with these files; `links` tells where links lead. */
function repository(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): FileSystem {
  const bytesOf = (path: string): Uint8Array => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return new TextEncoder().encode(text);
  };
  return {
    list: async () => [],
    stat: async (path) => ({ kind: 'file', bytes: bytesOf(path).length }),
    read: async (path) => bytesOf(path),
    realPath: async (path) => links[path] ?? path,
  };
}

const CONFIG = '/r/.spacelift/config.yml';
const settingsOf = (text: string) => readSettings(repository({ [CONFIG]: text }), '/r');

/** What holds for a stack, a line each. */
async function holding(text: string, id: string | null, projectRoot = '.'): Promise<readonly string[]> {
  const { found, pins } = settingsFor(await settingsOf(text), { id, projectRoot });
  return [
    ...found.map((one) => `${one.location?.line}: ${one.text}`),
    ...pins.map(({ source, version, exact }) => `${source} ${version}${exact ? '' : ', not exact'}`),
  ];
}

const runs = (line: number, name: string) => `${line}: ${name} runs commands that make files, environment or arguments`;
const DEFAULTS = `version: "2"
stack_defaults:
  before_init: [cp a b]
  after_init: [tflint]
  environment: { TF_VAR_a: CANARY }
  terraform_version: 1.5.7
`;

describe('what Spacelift is told in the repository', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'holds for all stacks',
      DEFAULTS,
      [runs(3, 'before_init'), '5: variables that only a run gets: TF_VAR_a', '.spacelift/config.yml:6 1.5.7'],
    ],
    [
      'goes key by key before the defaults',
      `${DEFAULTS}stacks:
  app:
    before_init: [tflint]
    environment: { B: b }
    terraform_version: 1.9.8
`,
      ['10: variables that only a run gets: B', '.spacelift/config.yml:11 1.9.8'],
    ],
    [
      'leaves the defaults where a key has no value',
      `${DEFAULTS}stacks: { app: { before_init: , environment: , terraform_version: } }\n`,
      [runs(3, 'before_init'), '5: variables that only a run gets: TF_VAR_a', '.spacelift/config.yml:6 1.5.7'],
    ],
    ['may be of another stack', 'stacks: { other: { before_init: [cp a b] } }\n', []],
    ['of version 1', 'version: 1\nstack: { before_plan: [cp a b] }\n', [runs(2, 'before_plan')]],
    [
      'runs after what is applied',
      'stack_defaults: { after_apply: [cp a b], after_plan: [cp a b] }\n',
      [runs(1, 'after_plan')],
    ],
    ['is a command without a list', 'stack_defaults: { before_init: cp a b }\n', [runs(1, 'before_init')]],
    [
      'has a command among other things',
      'stack_defaults: { before_init: [{ a: 1 }, cp a b] }\n',
      [runs(1, 'before_init')],
    ],
    [
      'has many variables',
      'stack_defaults: { environment: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 } }\n',
      ['1: variables that only a run gets: a, b, c, d, e and 2 more'],
    ],
    ['has no variables', 'stack_defaults: { environment: {} }\n', []],
    [
      'has a version that YAML takes for a number',
      'stack_defaults: { terraform_version: 1.10 }\n',
      ['.spacelift/config.yml:1 1.10, not exact'],
    ],
    ['is nothing', '', []],
    ['is a list', '- a\n', []],
    ['is odd', 'stack_defaults: [cp a b]\nstacks: cp a b\n', []],
  ])('%s', async (_name, text, expected) => {
    expect(await holding(text, 'app')).toEqual(expected);
  });

  it('is shared by a merge, as Spacelift’s documentation has it', async () => {
    const text = `stacks:
  first: &shared
    before_init: [cp a b]
    terraform_version: 1.5.7
  second:
    <<: *shared
    terraform_version: 1.9.8
  third:
    <<: [{ terraform_version: 1.0.0 }, *shared]
`;
    expect(await holding(text, 'first')).toEqual([runs(3, 'before_init'), '.spacelift/config.yml:4 1.5.7']);
    expect(await holding(text, 'second')).toEqual([runs(3, 'before_init'), '.spacelift/config.yml:7 1.9.8']);
    expect(await holding(text, 'third')).toEqual([runs(3, 'before_init'), '.spacelift/config.yml:9 1.0.0']);
  });

  it('is found by the project root where the id is not known', async () => {
    const text = `${DEFAULTS}stacks:
  app: { project_root: /stacks/app/, terraform_version: 1.9.8 }
  none: { terraform_version: 1.0.0 }
`;
    const pin = async (id: string | null, root: string) => (await holding(text, id, root)).at(-1);
    expect(await pin(null, 'stacks/app')).toBe('.spacelift/config.yml:8 1.9.8');
    expect(await pin(null, 'stacks/app2')).toBe('.spacelift/config.yml:6 1.5.7');
    expect(await pin('other', 'stacks/app')).toBe('.spacelift/config.yml:6 1.5.7');
    expect(await pin(null, '.')).toBe('.spacelift/config.yml:6 1.5.7');
  });

  it('are the defaults, too, where two stacks have one project root and only one sets a key', async () => {
    const text = `${DEFAULTS}stacks:
  a: { project_root: app, terraform_version: 1.9.8 }
  b: { project_root: app }
`;
    const pins = (await holding(text, null, 'app')).slice(-2);
    expect(pins).toEqual(['.spacelift/config.yml:6 1.5.7', '.spacelift/config.yml:8 1.9.8']);
  });
});

describe('the file', () => {
  const other = '/r/.spacelift/config.yaml';
  const versions = async (files: FileSystem) => {
    const settings = await readSettings(files, '/r');
    return settingsFor(settings, { id: null, projectRoot: '.' }).pins.map(({ source }) => source);
  };
  const text = 'stack_defaults: { terraform_version: 1.9.8 }\n';

  it('may have either ending, of which one counts', async () => {
    expect(await versions(repository({ [other]: text }))).toEqual(['.spacelift/config.yaml:1']);
    expect(await versions(repository({ [CONFIG]: text, [other]: text }))).toEqual(['.spacelift/config.yml:1']);
    expect(await versions(repository({}))).toEqual([]);
  });

  it('is not followed out of the repository', async () => {
    expect(await versions(repository({ [CONFIG]: text }, { [CONFIG]: '/etc/config.yml' }))).toEqual([]);
    expect(await versions(repository({ [CONFIG]: text }, { [CONFIG]: '/r2/config.yml' }))).toEqual([]);
  });

  it('that does not parse is told, and nothing of it is known', async () => {
    const { settings, problems } = await settingsOf('stack_defaults:\n  a: [\n');
    expect(settings).toEqual([]);
    expect(problems).toEqual([
      {
        kind: 'unparsable-file',
        message: expect.stringMatching(
          /^\.spacelift\/config\.yml: line \d+: .+; what Spacelift is told there is not known$/,
        ),
      },
    ]);
  });
});
