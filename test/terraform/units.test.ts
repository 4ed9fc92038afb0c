import { describe, expect, it } from '@jest/globals';
import type { BackendConfigItem } from '../../src/terraform/backend/backend-config.ts';
import type { RootModulesRequest } from '../../src/terraform/roots.ts';
import type { Unit } from '../../src/terraform/units.ts';
import { type Nodes, readTree, recordOf, s3 } from './reading.ts';

const at = { file: 'live/app/terragrunt.hcl', line: 3, column: 1 };
const source = { kind: 'code', text: 'live/app/terragrunt.hcl:3', committed: true, location: at } as const;
const unitOf = (change: Partial<Unit>): Unit => ({
  path: 'live/app',
  state: { kind: 'unknown', detail: 'nobody knows' },
  source: null,
  roles: [],
  unnamedRoles: [],
  location: at,
  problems: [],
  ...change,
});
const declared = (given: Readonly<Record<string, string>>, completes: string | null = null): Unit['state'] => ({
  kind: 'declared',
  completes,
  effective: {
    type: 's3',
    declaredAt: at,
    arguments: new Map(Object.entries(given).map(([name, value]) => [name, { value, source }])),
    candidates: [],
  },
});

async function readUnit(unit: Unit, nodes: Nodes = {}, request: Partial<RootModulesRequest> = {}) {
  const answer = await readTree(
    { 'live/app/terragrunt.hcl': '', ...nodes },
    { ...request, units: async () => ({ units: [unit], problems: [] }) },
  );
  return { ...answer, root: answer.roots.find(({ path }) => path === unit.path) };
}

const value = (name: string, text: string): BackendConfigItem => ({
  kind: 'value',
  name,
  value: text,
  source: { kind: 'config', text: 'dr-audit.yaml:3', committed: true, location: at },
});
const known = (location: object) => ({ known: { kind: 's3', location } });

describe('the state of a unit', () => {
  it('that its own files declare', async () => {
    const { root, problems } = await readUnit(unitOf({ state: declared({ bucket: 'b', key: 'k' }) }));
    expect(root).toMatchObject({
      path: 'live/app',
      location: at,
      configurations: [{ variant: null, workspace: 'default', backend: known({ bucket: 'b', key: 'k' }) }],
    });
    expect(problems).toEqual([]);
  });

  it('that is declared is completed, and has workspaces and a record, as any other', async () => {
    const nodes = { 'live/app/.terraform/terraform.tfstate': recordOf('s3', { bucket: 'c', key: 'k' }) };
    const { root, problems } = await readUnit(unitOf({ state: declared({ bucket: 'b' }) }), nodes, {
      workspaces: () => ['prod'],
      completions: () => [{ variant: null, items: [value('key', 'k')] }],
    });
    expect(root?.configurations).toMatchObject([
      { workspace: 'prod', backend: known({ bucket: 'c', key: 'env:/prod/k' }) },
    ]);
    expect(problems).toMatchObject([{ kind: 'backend-mismatch', location: at }]);
  });

  it('that is declared is not completed by what lies about', async () => {
    const nodes = { 'live/app/p.tfbackend': 'key = "k"\n' };
    const { root } = await readUnit(unitOf({ state: declared({ bucket: 'b' }) }), nodes);
    expect(root?.configurations).toMatchObject([{ backend: { known: { kind: 'partial', candidates: [] } } }]);
  });

  it.each<[string, string, object]>([
    ['over its block', s3('region = "r"', 'workspace_key_prefix = "w"', 'key = "m"'), known({ key: 'k', region: 'r' })],
    [
      'not without a block',
      'provider "aws" {}\n',
      { gaps: [{ detail: expect.stringContaining('no s3 backend block') }] },
    ],
    [
      'not over a block of another type',
      'terraform {\n  backend "gcs" {}\n}\n',
      { gaps: [{ cause: 'backend-incomplete' }] },
    ],
  ])('whose arguments are passed to the module: %s', async (_, main, backend) => {
    const unit = unitOf({ state: declared({ bucket: 'b', key: 'k' }, 'modules/app'), source: 'modules/app' });
    const { root } = await readUnit(unit, { 'modules/app/main.tf': main });
    expect(root?.configurations).toMatchObject([{ backend }]);
  });

  it.each(['backend.tf', 'prod.auto.tfvars', 'terraform.tfvars.json'])(
    'that the module declares is open where %s lies beside the unit, and is copied over it',
    async (name) => {
      const unit = unitOf({ state: { kind: 'module', path: 'modules/app' }, source: 'modules/app' });
      const main = { 'modules/app/main.tf': s3('bucket = "b"', 'key = "k"') };
      expect((await readUnit(unit, main)).root?.configurations).toMatchObject([{ backend: known({ bucket: 'b' }) }]);
      const { root } = await readUnit(unit, { ...main, [`live/app/${name}`]: '' });
      expect(root?.configurations).toMatchObject([{ backend: { gaps: [{ cause: 'backend-incomplete' }] } }]);
    },
  );

  it('that nobody can tell is unknown in each workspace, and says why', async () => {
    const { root } = await readUnit(unitOf({}), {}, { workspaces: () => ['a', 'b'] });
    const gaps = [{ fact: 'stack.backend', cause: 'backend-incomplete', detail: 'nobody knows' }];
    expect(root?.configurations).toEqual([
      { variant: null, workspace: 'a', backend: { gaps } },
      { variant: null, workspace: 'b', backend: { gaps } },
    ]);
  });

  const module = { 'modules/app/main.tf': s3('bucket = "b"', 'key = "k"') };
  const running = unitOf({ source: 'modules/app', state: { kind: 'module', path: 'modules/app' } });

  it('that the module declares which it runs', async () => {
    const { root, problems } = await readUnit(running, module);
    expect(root?.configurations).toMatchObject([{ workspace: 'default', backend: known({ bucket: 'b', key: 'k' }) }]);
    expect(problems).toEqual([]);
  });

  it('that the module declares is completed, and has the workspaces, of the unit', async () => {
    const { root } = await readUnit(running, module, {
      workspaces: (path) => (path === 'live/app' ? ['prod'] : ['elsewhere']),
      completions: (path) => [{ variant: path, items: [value('key', path)] }],
    });
    expect(root?.configurations).toMatchObject([
      { variant: 'live/app', workspace: 'prod', backend: known({ key: 'env:/prod/live/app' }) },
    ]);
  });

  it('that a module beside it declares', async () => {
    const here = unitOf({ source: 'live/app', state: { kind: 'module', path: 'live/app' } });
    const { root, problems } = await readUnit(here, { 'live/app/main.tf': s3('bucket = "b"', 'key = "/k"') });
    expect(root?.configurations).toMatchObject([{ backend: { gaps: [{ cause: 'unparsable' }] } }]);
    expect(problems).toMatchObject([{ kind: 'invalid-backend', location: { file: 'live/app/main.tf', line: 4 } }]);
  });

  it.each<[string, Nodes]>([
    ['is absent', {}],
    ['has no Terraform files', { 'modules/app/README.md': '' }],
  ])('that a module declares which %s', async (_, nodes) => {
    const { root } = await readUnit(running, nodes);
    const detail = 'the unit runs modules/app, where no Terraform files were read';
    expect(root?.configurations).toEqual([
      {
        variant: null,
        workspace: 'default',
        backend: { gaps: [{ fact: 'stack.backend', cause: 'backend-incomplete', detail }] },
      },
    ]);
  });
});

it('a unit has the roles of its files and of its module, and its own problems', async () => {
  const role = { arn: 'arn:own', phase: 'both', use: 'deploy', declaredBy: 'code', source: 'unit' } as const;
  const problem = { kind: 'unreadable-file', message: 'live/app/x.hcl: EACCES' } as const;
  const unit = unitOf({
    source: 'modules/app',
    roles: [role],
    unnamedRoles: [{ pattern: 'p', location: at }],
    problems: [problem],
  });
  const text = 'provider "aws" {\n  assume_role {\n    role_arn = "arn:module"\n  }\n}\n';
  const { root, problems } = await readUnit(unit, { 'modules/app/main.tf': text });
  expect(root?.otherRoles.roles.map(({ arn }) => arn)).toEqual(['arn:own', 'arn:module']);
  expect(root?.otherRoles.unnamed).toEqual([{ pattern: 'p', location: at }]);
  expect(problems).toEqual([problem]);
});
