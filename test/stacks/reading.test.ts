import { describe, expect, it } from '@jest/globals';
import { noAws } from '../../src/aws/aws.ts';
import { type Config, emptyConfig } from '../../src/config/config.ts';
import { isKnown } from '../../src/model/fact.ts';
import { codeAlone, readStacks, type StacksRequest } from '../../src/stacks/reading.ts';
import { inventory, stackOf, variable } from '../orchestrator/inventories.ts';
import { memory } from '../terraform/memory.ts';

const origin = '[remote "origin"]\n\turl = git@github.com:acme/infra.git\n';
const s3 = (rest = 'key = "net"') =>
  `terraform {\n  backend "s3" {\n    bucket = "acme"\n    ${rest}\n    region = "eu-west-1"\n  }\n}\n`;

const stacksOf = (
  tree: Readonly<Record<string, string>>,
  listed: readonly ReturnType<typeof stackOf>[] | null,
  request: Partial<StacksRequest> & { readonly settings?: Partial<Config> } = {},
) => {
  const { settings = {}, ...rest } = request;
  const files = memory({
    '/r/.git/config': origin,
    ...Object.fromEntries(Object.entries(tree).map(([path, text]) => [`/r/${path}`, text])),
  });
  return readStacks(
    {
      root: '/r',
      paths: ['/r'],
      stacks: [],
      config: { ...emptyConfig, ...settings },
      configDirectory: null,
      rendered: [],
      ...codeAlone,
      inventory: listed && inventory(listed),
      ...rest,
    },
    { files, read: noAws.read, evidence: { asOf: '2026-11-20T07:00:00.000Z', environment: {} } },
  );
};
const shape = ({ stacks }: Awaited<ReturnType<typeof readStacks>>) =>
  stacks.map(({ id, inventory: own }) => [id, isKnown(own) ? (own.known?.id ?? null) : own.gaps[0].cause]);
const told = ({ problems }: Awaited<ReturnType<typeof readStacks>>) => problems.map(({ message }) => message);

describe('stacks of code and inventory', () => {
  it('meet where both have one', async () => {
    const read = await stacksOf({ 'stacks/network/main.tf': s3() }, [stackOf('network-prod')]);
    expect(shape(read)).toEqual([['stacks/network', 'network-prod']]);
    expect(told(read)).toEqual([]);
  });

  it('are the code’s alone without an inventory', async () => {
    expect(shape(await stacksOf({ 'stacks/network/main.tf': s3() }, null))).toEqual([
      ['stacks/network', 'no-inventory'],
    ]);
  });

  it('are those that the code declares of itself, in their workspaces', async () => {
    const declared = (name: string) =>
      `resource "spacelift_stack" "${name}" {\n  name = "${name}"\n  repository = "infra"\n  branch = "main"\n  project_root = "stacks/app"\n  terraform_workspace = "${name}"\n}\n`;
    const read = await stacksOf(
      { 'stacks/app/main.tf': s3(), 'spacelift/main.tf': `${declared('prod')}${declared('dev')}` },
      null,
    );
    expect(shape(read)).toEqual([
      ['stacks/app@dev', expect.stringContaining('spacelift_stack.dev')],
      ['stacks/app@prod', expect.stringContaining('spacelift_stack.prod')],
    ]);
  });

  it('are the code’s alone where the inventory has none', async () => {
    const elsewhere = stackOf('dns', { repository: { name: 'github.com/acme/dns', hostedByOrchestrator: false } });
    const read = await stacksOf({ 'stacks/network/main.tf': s3() }, [elsewhere]);
    expect(shape(read)).toEqual([['stacks/network', null]]);
    expect(told(read)).toEqual([
      '1 stack of the inventory is not in github.com/acme/infra and is not judged; --scope inventory judges it, too',
    ]);
  });

  it('of other repositories are counted', async () => {
    const repository = { name: 'github.com/acme/dns', hostedByOrchestrator: false };
    const read = await stacksOf({ 'a/main.tf': s3() }, [stackOf('x', { repository }), stackOf('y', { repository })]);
    expect(told(read)).toEqual([
      '2 stacks of the inventory are not in github.com/acme/infra and are not judged; --scope inventory judges them, too',
    ]);
  });

  it('of another repository are judged where that is asked for', async () => {
    const elsewhere = stackOf('dns', { repository: { name: 'github.com/acme/dns', hostedByOrchestrator: false } });
    const read = await stacksOf({ 'stacks/network/main.tf': s3() }, [elsewhere], { everyRepository: true });
    expect(shape(read)).toEqual([
      ['stacks/network', null],
      ['spacelift:dns', 'dns'],
    ]);
    expect(read.stacks[1]?.repository).toBe('github.com/acme/dns');
    expect(told(read)).toEqual([]);
  });

  it('whose code is missing are told from the inventory alone', async () => {
    const read = await stacksOf({ 'other/main.tf': s3() }, [stackOf('network-prod')]);
    expect(shape(read)).toEqual([
      ['other', null],
      ['spacelift:network-prod', 'network-prod'],
    ]);
    expect(read.stacks[1]?.backend).toMatchObject({
      gaps: [{ cause: 'backend-incomplete', detail: 'there is no root module at stacks/network' }],
    });
  });

  it('are root modules where only the inventory says so', async () => {
    const tree = { 'stacks/network/main.tf': 'resource "terraform_data" "x" {}\n' };
    expect(shape(await stacksOf(tree, null))).toEqual([]);
    expect(shape(await stacksOf(tree, [stackOf('network-prod', { stateKeeping: 'orchestrator' })]))).toEqual([
      ['stacks/network', 'network-prod'],
    ]);
  });

  it('have the workspace that the orchestrator runs them in', async () => {
    const prod = stackOf('prod', { workspace: 'prod' });
    const dev = stackOf('dev', { workspace: 'dev' });
    const read = await stacksOf({ 'stacks/network/main.tf': s3() }, [prod, dev]);
    expect(shape(read)).toEqual([
      ['stacks/network@dev', 'dev'],
      ['stacks/network@prod', 'prod'],
    ]);
    const [state] = read.stacks.map(({ backend }) =>
      isKnown(backend) && backend.known.kind === 's3' ? backend.known.location.key : null,
    );
    expect(state).toBe('env:/dev/net');
  });

  it('have the backend arguments that the orchestrator hands over, and the config’s before them', async () => {
    const key = variable('TF_CLI_ARGS_init', '-backend-config=key=given');
    const keyOf = async (settings: Partial<Config>) => {
      const { stacks } = await stacksOf({ 'stacks/network/main.tf': s3('') }, [stackOf('n', { inputs: [key] })], {
        settings,
      });
      const [stack] = stacks;
      const backend = stack && isKnown(stack.backend) ? stack.backend.known : null;
      return backend?.kind === 's3' ? backend.location.key : backend?.kind;
    };
    const at = { file: 'dr-audit.yaml', line: 1, column: 1 };
    const entry = {
      match: 'stacks/**',
      name: null,
      files: [],
      values: [{ name: 'key', text: 'own', location: at }],
      location: at,
    };
    expect(await keyOf({})).toBe('given');
    expect(await keyOf({ backendConfig: [entry] })).toBe('own');
  });

  it('have the roles of the orchestrator, each with its phase', async () => {
    const role = (name: string, phase: 'plan' | 'apply') => ({
      arn: `arn:aws:iam::111111111111:role/${name}`,
      phase,
      mechanism: 'orchestrator' as const,
      externalId: null,
      durationSeconds: null,
      via: name,
    });
    const read = await stacksOf({ 'stacks/network/main.tf': s3() }, [
      stackOf('n', { roles: [role('r', 'plan'), role('w', 'apply')] }),
    ]);
    const roles = read.stacks[0]?.namedRoles;
    expect(roles && isKnown(roles) && roles.known.map(({ arn, phase }) => [arn.split('/')[1], phase])).toEqual([
      ['r', 'plan'],
      ['w', 'apply'],
    ]);
  });

  it('of a part of the tree say nothing of the rest', async () => {
    const tree = { 'a/main.tf': s3(), 'stacks/network/main.tf': s3() };
    const read = await stacksOf(tree, [stackOf('network-prod'), stackOf('gone', { projectRoot: 'gone' })], {
      paths: ['/r/a'],
    });
    expect(shape(read)).toEqual([['a', null]]);
  });
});
