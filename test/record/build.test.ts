import { describe, expect, it } from '@jest/globals';
import { known, unknown } from '../../src/model/fact.ts';
import { recordOf } from '../../src/record/build.ts';
import { formatRecord } from '../../src/record/format.ts';
import { parseRecord } from '../../src/record/parse.ts';
import { stackOf as auditedStack } from '../facts/subjects.ts';
import { inventory, sparse, stackOf, variable } from '../orchestrator/inventories.ts';
import { arnOf, attached, audited, listed, named, recordedAt, sampleRecord, secret, stateOf } from './samples.ts';

const API = 'Spacelift API at acme.app.spacelift.io';
const first = (changes: Parameters<typeof sampleRecord>[0] = {}) => {
  const entry = sampleRecord(changes).stacks.find(({ id }) => id === 'stacks/network');
  if (!entry) throw new Error('the stack is not there');
  return entry;
};

describe('the record', () => {
  it('says when, from where, and of which account', () => {
    expect(sampleRecord()).toMatchObject({
      schemaVersion: 1,
      recordedAt,
      source: API,
      account: 'acme',
      awsAccounts: ['324880187172'],
    });
  });

  it('has an entry for each stack here, and for each that only the orchestrator knows', () => {
    expect(sampleRecord().stacks.map(({ id, path, state }) => [id, path, state?.bucket])).toEqual([
      ['spacelift:cfn-baseline', null, undefined],
      ['stacks/network', 'stacks/network', 'acme-tfstate-prod'],
    ]);
  });

  it('has no path for a stack whose directory has no root module', () => {
    expect(first({ id: 'stacks/network' }).path).toBe('stacks/network');
    const stack = audited({ id: 'spacelift:network-prod' });
    const record = recordOf({ stacks: [stack], states: new Map(), inventory: inventory([listed()]), recordedAt });
    expect(record.stacks.map(({ id, path }) => [id, path])).toEqual([['spacelift:network-prod', null]]);
  });

  it('has the state with its replicas, and the arguments of the backend by name', () => {
    expect(first().state).toEqual({
      backend: 's3',
      bucket: 'acme-tfstate-prod',
      key: 'network/terraform.tfstate',
      region: 'eu-central-1',
      place: null,
      arguments: { bucket: 'acme-tfstate-prod', key: 'network/terraform.tfstate', region: 'eu-central-1' },
      replicas: [{ bucket: 'acme-tfstate-prod-copy', region: 'eu-west-1' }],
    });
  });

  it('has the roles of the orchestrator as they are attached, and those that only the code names', () => {
    expect(first().roles?.map(({ arn, phase, source, mechanism }) => [arn, phase, source, mechanism])).toEqual([
      [arnOf('dns'), 'both', 'provider block stacks/network/main.tf:7', null],
      [arnOf('spacelift-apply'), 'apply', 'integration spacelift-apply', 'orchestrator'],
      [arnOf('spacelift-plan'), 'plan', 'integration spacelift-plan', 'orchestrator'],
    ]);
  });

  it('has a role once that code and orchestrator name, and twice where it opens the state, too', () => {
    const namedRoles = known([named('spacelift-apply'), { ...named('spacelift-plan'), use: 'state' as const }]);
    expect(first({ namedRoles }).roles?.map(({ arn, use }) => [arn, use])).toEqual([
      [arnOf('spacelift-apply'), 'deploy'],
      [arnOf('spacelift-plan'), 'deploy'],
      [arnOf('spacelift-plan'), 'state'],
    ]);
  });

  it.each([
    ['nobody names one, and nobody says that there is none', undefined, [], null],
    ['the orchestrator says that there is none', [], [], []],
    ['only the code names one', undefined, [named('dns')], [arnOf('dns')]],
  ])('of roles where %s', (_, roles, code, expected) => {
    const inventoryStack = stackOf('network-prod', { roles });
    const namedRoles =
      code.length > 0 ? known(code) : unknown({ fact: 'stack.roles', cause: 'role-not-named', detail: '' });
    const entry = first({ inventory: known(inventoryStack), namedRoles });
    expect(entry.roles?.map(({ arn }) => arn) ?? null).toEqual(expected);
    expect(entry.unknown['roles']).toBe(roles === undefined ? `${API} does not tell the roles` : undefined);
  });

  it('says why a field is not known, and nothing of the others', () => {
    const entry = first({ inventory: known(sparse('network-prod', { name: 'Network', roles: [] }, 'stacks.json')) });
    expect(Object.keys(entry.unknown).sort()).toEqual([
      'administrative',
      'branch',
      'dependsOn',
      'foreignIdentities',
      'hooks',
      'inputs',
      'labels',
      'lastApplyAt',
      'projectRoot',
      'repository',
      'stateKeeping',
      'trackedCommit',
      'vendor',
      'workerPool',
      'workspace',
    ]);
    expect(entry.unknown['hooks']).toBe('stacks.json does not tell the hooks');
    expect(entry.sources).toEqual({ name: 'stacks.json', roles: 'stacks.json' });
  });

  it('of a stack in no inventory says nothing but where its state is not known', () => {
    const stack = auditedStack({
      id: 'a',
      backend: unknown({ fact: 'stack.backend', cause: 'unparsable', detail: 'main.tf:3 is broken' }),
    });
    const [entry] = recordOf({ stacks: [stack], states: new Map(), inventory: null, recordedAt }).stacks;
    expect(entry).toMatchObject({ orchestrator: null, state: null, unknown: { state: 'main.tf:3 is broken' } });
    expect(Object.keys(entry?.unknown ?? {})).toEqual(['state']);
  });

  it('says where sources contradict each other which stack it is', () => {
    const gap = unknown({ fact: 'stack.inventory', cause: 'undecided', detail: 'a and b run it' });
    expect(first({ inventory: gap })).toMatchObject({
      orchestrator: null,
      unknown: { orchestrator: 'a and b run it' },
    });
  });

  it('has the names and checksums of inputs and their copies, no values but of what steers the tool', () => {
    const escrow = new Map([['TF_VAR_db_master_password', { where: 'the safe', sha256: 'AB'.repeat(32) }]]);
    expect(first({ escrow }).inputs).toEqual([
      {
        name: 'TF_CLI_ARGS_init',
        kind: 'variable',
        secret: false,
        checksum: null,
        from: 'context aws-defaults',
        value: '-backend-config=bucket=acme-tfstate-prod',
        escrow: null,
      },
      {
        name: 'TF_VAR_db_master_password',
        kind: 'variable',
        secret: true,
        checksum: secret('').checksum,
        from: 'stack',
        value: null,
        escrow: { where: 'the safe', sha256: 'ab'.repeat(32) },
      },
      {
        name: 'backend.tf',
        kind: 'file',
        secret: false,
        checksum: secret('').checksum,
        from: 'context eks-files',
        value: null,
        escrow: null,
      },
    ]);
  });

  it('has no secret, wherever a source puts one', () => {
    const planted = 'hunter2-do-not-record';
    const inventoryStack = stackOf('network-prod', {
      inputs: [
        { ...variable('AWS_SECRET_ACCESS_KEY', planted), secret: false },
        { ...variable('TF_WORKSPACE', planted), secret: true },
        { ...variable('backend.tf', planted), kind: 'file' },
        variable('TF_CLI_ARGS_init', `-backend-config=secret_key=${planted} -backend-config=bucket=acme`),
        { ...secret('TF_VAR_x'), checksum: planted },
      ],
      hooks: [{ point: 'beforeInit', commands: [`export DB_PASSWORD=${planted}`], from: 'stack' }],
    });
    const escrow = new Map([['TF_VAR_x', { where: 'the safe', sha256: planted }]]);
    const text = formatRecord(sampleRecord({ inventory: known(inventoryStack), escrow }));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('-backend-config=bucket=acme');
  });
});

describe('the text of a record', () => {
  it('has a field on each line, leaves out what is null, and ends in a line feed', () => {
    const lines = formatRecord(sampleRecord()).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '{',
      '  "schemaVersion": 1,',
      '  "recordedAt": "2026-11-20T07:00:00.000Z",',
      '  "source": "Spacelift API at acme.app.spacelift.io",',
    ]);
    expect(lines.at(-1)).toBe('');
    expect(lines.at(-2)).toBe('}');
    expect(lines.filter((line) => line.includes('null'))).toEqual([]);
    expect(lines.filter((line) => (line.match(/": /g) ?? []).length > 1)).toEqual([]);
  });

  it('changes in one line where one field changes', () => {
    const before = formatRecord(sampleRecord()).split('\n');
    const inventoryStack = { ...listed(), branch: stackOf('x', { branch: 'develop' }).branch };
    const after = formatRecord(sampleRecord({ inventory: known(inventoryStack) })).split('\n');
    expect(after.filter((line) => !before.includes(line))).toEqual(['        "branch": "develop",']);
    expect(after.length).toBe(before.length);
  });

  it('of 2,000 stacks is smaller than 5 MB, and is read again', () => {
    const shapes = [
      listed(),
      stackOf('payments', { stateKeeping: 'orchestrator', inputs: [secret('TF_VAR_db_master_password')] }),
      { ...listed('eks-platform') },
      sparse('data-lake', { name: 'Data lake', projectRoot: 'stacks/data-lake' }, 'spacectl stack list (stacks.json)'),
      stackOf('legacy-dns', { roles: [attached('legacy')] }),
      stackOf('live-terragrunt', {
        vendor: { kind: 'terragrunt', terragruntVersion: '0.67.4', tool: 'opentofu', toolVersion: '1.8.2' },
      }),
      stackOf('spacelift-admin', { administrative: true }),
      stackOf('azure-hub', { foreignIdentities: [{ cloud: 'azure', name: 'hub' }] }),
      stackOf('cfn-baseline', { vendor: { kind: 'cloudformation' }, stateKeeping: 'not-applicable' }),
    ];
    const many = Array.from({ length: 2000 }, (_, index) => {
      const shape = shapes[index % shapes.length] ?? listed();
      return { ...shape, id: `${shape.id}-${String(index).padStart(4, '0')}` };
    });
    const stacks = many.map((own) =>
      audited({ id: `stacks/${own.id}`, path: `stacks/${own.id}`, inventory: known(own) }),
    );
    const states = new Map(stacks.map((stack) => [stack, stateOf(`${stack.path}/terraform.tfstate`)]));
    const text = formatRecord(recordOf({ stacks, states, inventory: inventory(many), recordedAt }));
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(Buffer.byteLength(text)).toBeLessThan(5_000_000);
    const parsed = parseRecord(text, 'r.json');
    expect(parsed.kind === 'read' && parsed.record.stacks.length).toBe(2000);
  });
});
