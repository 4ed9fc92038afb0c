import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { record } from '../../src/commands/record.ts';
import type { RecordOptions } from '../../src/commands/record-options.ts';
import type { Terminal } from '../../src/commands/terminal.ts';

const fixture = fileURLToPath(new URL('../../fixtures/spacelift', import.meta.url));
const top = realpathSync(mkdtempSync(join(tmpdir(), 'dr-audit-record-')));
afterAll(() => rmSync(top, { recursive: true, force: true }));

let root = '';
let turn = 0;
beforeEach(() => {
  turn += 1;
  root = join(top, String(turn));
  cpSync(fixture, root, { recursive: true });
  rmSync(join(root, 'dr-audit.record.json'));
});

const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const read = (path = 'dr-audit.record.json') => readFileSync(join(root, path), 'utf8');
const recordNow = () => JSON.parse(read());

interface Ran {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in the copy of the fixture; an error is its name. No network is asked. */
async function run(options: Partial<RecordOptions> = {}, at = '2026-11-20T07:00:00.000Z'): Promise<Ran> {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    environment: {},
    workingDirectory: root,
    out: async (text) => {
      said.out += text;
    },
    err: async (text) => {
      said.err += text;
    },
    input: async () => '',
    columns: null,
    showsProgress: false,
    now: () => new Date(at),
    onInterrupt: () => () => {},
  };
  const given = {
    paths: ['.'],
    config: undefined,
    spacelift: undefined,
    static: true,
    from: undefined,
    out: undefined,
    check: false,
  };
  const code = await record({ ...given, ...options }, terminal).catch(
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return { code, ...said };
}

const entry = (id: string) => recordNow().stacks.find((stack: { id: string }) => stack.id === id);

/** The export with one thing otherwise. */
function change(from: string, to: string) {
  const text = read('spacelift-export.json');
  expect(text).toContain(from);
  write('spacelift-export.json', text.replaceAll(from, to));
}

const withoutOrchestrator = () => write('dr-audit.yaml', 'orchestrator: { kind: spacelift }\n');

describe('dr-audit record', () => {
  it('writes the nine stacks of an account beside the config, six of them with their code', async () => {
    const ran = await run();
    expect([ran.code, ran.out]).toEqual([0, '']);
    expect(ran.err).toContain('dr-audit: dr-audit.record.json has 9 stacks, 3 of them without code here\n');
    expect(recordNow().stacks.map(({ id, path }: { id: string; path?: string }) => [id, path])).toEqual([
      ['azure/hub', 'azure/hub'],
      ['live/prod/dns', 'live/prod/dns'],
      ['spacelift:cfn-baseline', undefined],
      ['spacelift:legacy-dns', undefined],
      ['spacelift:spacelift-admin', undefined],
      ['stacks/data-lake', 'stacks/data-lake'],
      ['stacks/eks@prod', 'stacks/eks'],
      ['stacks/network', 'stacks/network'],
      ['stacks/payments', 'stacks/payments'],
    ]);
    expect(readdirSync(root).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('does not take a missing backend block for a local state where the orchestrator has its hand in it', async () => {
    await run();
    expect(entry('stacks/payments').state).toEqual({ backend: 'hosted', place: 'kept by Spacelift' });
    expect(entry('stacks/eks@prod')).not.toHaveProperty('state');
    expect(entry('stacks/eks@prod').unknown.state).toContain('backend.tf');
  });

  it('writes the same again, and says that nothing changed', async () => {
    await run();
    const before = read();
    expect(await run({ check: true })).toMatchObject({ code: 0, out: '' });
    await run();
    expect(read()).toBe(before);
  });

  it('with --check says what changed, and writes nothing', async () => {
    await run();
    const before = read();
    change('role/spacelift-plan', 'role/spacelift-plan-2');
    const ran = await run({ check: true });
    expect([ran.code, ran.out.split('\n')]).toEqual([
      1,
      [
        'stacks/network: role plan arn:aws:iam::111122223333:role/spacelift-plan (integration prod-plan) is gone',
        'stacks/network: role plan arn:aws:iam::111122223333:role/spacelift-plan-2 (integration prod-plan) is new',
        '',
      ],
    ]);
    expect(read()).toBe(before);
  });

  it('with --check fails without a record, and for one that is too old', async () => {
    expect(await run({ check: true })).toMatchObject({ code: 1, out: expect.stringContaining('does not exist') });
    expect(existsSync(join(root, 'dr-audit.record.json'))).toBe(false);
    await run();
    const ran = await run({ check: true }, '2027-03-01T07:00:00.000Z');
    expect([ran.code, ran.out]).toEqual([1, 'it is 101 days old, more than recordMaxAgeDays (90)\n']);
  });

  it('without an inventory keeps what the orchestrator knew, with its date, and says so', async () => {
    await run();
    const before = recordNow();
    withoutOrchestrator();
    write('stacks/network/main.tf', read('stacks/network/main.tf').replace('network/terraform', 'net2/terraform'));
    const ran = await run({}, '2026-12-01T07:00:00.000Z');
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('kept from the record of 2026-11-20T07:00:00.000Z: all that the orchestrator knows');
    const after = recordNow();
    expect([after.recordedAt, after.source, after.account]).toEqual([before.recordedAt, before.source, 'acmeinfra']);
    // Everything but the state that moved, and the copies of inputs, which are the config's.
    const rest = (stacks: readonly Record<string, unknown>[]) =>
      stacks.map(({ inputs: _, state, ...kept }) => (kept['id'] === 'stacks/network' ? kept : { ...kept, state }));
    expect(rest(after.stacks)).toEqual(rest(before.stacks));
    expect(entry('stacks/network').state.key).toBe('net2/terraform.tfstate');
  });

  it('does not replace a record by an empty one, nor write an empty one', async () => {
    await run();
    const before = read();
    write('empty.json', JSON.stringify({ data: { name: 'acmeinfra', stacks: [] } }));
    expect(await run({ spacelift: 'empty.json' })).toMatchObject({ code: 4 });
    expect(read()).toBe(before);
    mkdirSync(join(root, 'nothing'));
    rmSync(join(root, 'dr-audit.yaml'));
    rmSync(join(root, 'dr-audit.record.json'));
    const ran = await run({ paths: ['nothing'], out: 'nothing/r.json' });
    expect([ran.code, readdirSync(join(root, 'nothing'))]).toEqual([4, []]);
  });

  it.each([
    ['a record that is cut off', () => read().slice(0, -20), 'truncated'],
    ['another file', () => '{"name": "package"}', 'schemaVersion is missing'],
  ])('does not write over %s', async (_, text, why) => {
    await run();
    write('dr-audit.record.json', text());
    const before = read();
    for (const options of [{}, { check: true }, { out: 'dr-audit.record.json' }])
      expect((await run(options)).code).toMatch(new RegExp(`^UsageError: .*${why}`));
    expect(read()).toBe(before);
  });

  it('writes where --out, or the config, says', async () => {
    mkdirSync(join(root, 'docs'));
    await run({ out: 'docs/r.json' });
    write('dr-audit.yaml', `record: docs/named.json\n${read('dr-audit.yaml')}`);
    await run();
    expect(read('docs/named.json')).toBe(read('docs/r.json'));
    expect(existsSync(join(root, 'dr-audit.record.json'))).toBe(false);
    expect((await run({ out: 'no/such/r.json' })).code).toMatch(
      /^UsageError: no\/such\/r.json: there is no such directory/,
    );
  });

  it('lets a config that nobody vouches for name no place outside its directory', async () => {
    const outside = mkdtempSync(join(top, 'outside-'));
    symlinkSync(outside, join(root, 'link'));
    const config = read('dr-audit.yaml');
    for (const place of [join(outside, 'r.json'), '../r.json', 'link/r.json']) {
      write('dr-audit.yaml', `record: ${place}\n${config}`);
      expect((await run()).code).toMatch(/^UsageError: .*(?:outside the directory of|relative to) the config/);
    }
    expect(readdirSync(outside)).toEqual([]);
    expect((await run({ config: 'dr-audit.yaml' })).code).toBe(0);
    expect(readdirSync(outside)).toEqual(['r.json']);
  });

  it('lets no name from the orchestrator write on the terminal', async () => {
    await run();
    change('"Network (prod)"', '"Net\\u001b[2J\\u202ework"');
    const ran = await run({ check: true });
    expect(ran.out).toBe('stacks/network: name was Network (prod), is Net\\u001b[2J\\u202ework\n');
    await run();
    expect(read()).toContain('"Net\\u001b[2J\\u202ework"');
  });
});
