import { expect, it } from '@jest/globals';
import { isKnown } from '../../src/model/fact.ts';
import { readRootModules } from '../../src/terraform/roots.ts';
import { memory } from './memory.ts';

const block = (...lines: readonly string[]) => `terraform {\n  backend "s3" {\n${lines.join('\n')}\n  }\n}\n`;
const whole = block('bucket = "b"', 'key = "k"', 'region = "r"');
const workflow = (command: string, directory = 'app') =>
  `jobs:\n  a:\n    steps:\n      - run: ${command}\n        working-directory: ${directory}\n`;

async function read(main: string, command: string, directory?: string) {
  const nodes = { '/r/app/main.tf': main, '/r/.github/workflows/ci.yml': workflow(command, directory) };
  const { roots, problems } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
  const backend = roots[0]?.configurations[0]?.backend;
  const key = backend && isKnown(backend) && backend.known.kind === 's3' ? backend.known.location.key : null;
  return { key, problems: problems.map(({ kind, message }) => `${kind}: ${message}`) };
}

const said = (clause: string) =>
  `backend-mismatch: GitHub Actions workflow .github/workflows/ci.yml:4 passes -backend-config over a complete block: ${clause} in the command`;

it.each<[string, string, string | undefined, readonly string[]]>([
  [
    'another key',
    'terraform init -backend-config=key=other',
    undefined,
    [said('key is "k" in the sources and "other"')],
  ],
  [
    'a key that only the shell knows',
    'terraform init -backend-config=key=$KEY',
    undefined,
    [said('key is "k" in the sources and "$KEY"')],
  ],
  ['what the block says, too', 'terraform init -backend-config=key=k', undefined, []],
  ['what does not decide where the state is', 'terraform init -backend-config=encrypt=true', undefined, []],
  ['another directory', 'terraform init -backend-config=key=other', 'elsewhere', []],
])(
  'a complete block is taken where a command passes %s, and a difference is said',
  async (_, command, directory, problems) => {
    expect(await read(whole, command, directory)).toEqual({ key: 'k', problems });
  },
);

it('a partial block takes what the only command passes', async () => {
  expect(await read(block('bucket = "b"', 'region = "r"'), 'terraform init -backend-config=key=other')).toEqual({
    key: 'other',
    problems: [],
  });
});

it('a command of which nobody knows where it runs overrides nothing', async () => {
  const nodes = { '/r/app/main.tf': whole, '/r/x.sh': 'terraform init -backend-config=key=other\n' };
  const { problems } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
  expect(problems).toEqual([]);
});

it('a CI file that was not read leaves open what another one passes', async () => {
  const partial = block('bucket = "b"', 'region = "r"');
  const nodes = (more: object) => ({
    '/r/app/main.tf': partial,
    '/r/.github/workflows/ci.yml': workflow('terraform init -backend-config=key=k'),
    ...more,
  });
  const kindOf = async (more: object) => {
    const { roots } = await readRootModules(memory(nodes(more)), { root: '/r', paths: ['/r'], environment: {} });
    const backend = roots[0]?.configurations[0]?.backend;
    return backend && isKnown(backend) ? backend.known.kind : 'unknown';
  };
  expect(await kindOf({})).toBe('s3');
  expect(await kindOf({ '/r/.github/workflows/prod.yml': { bytes: 300_000 } })).toBe('partial');
});
