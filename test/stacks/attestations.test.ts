import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Drill } from '../../src/model/assumability.ts';
import { parseAttestation } from '../../src/stacks/attestation-file.ts';
import {
  LARGEST_ATTESTATION,
  LARGEST_RECORD,
  MOST_FILES,
  noAttestations,
  readAttestations,
  withDrills,
} from '../../src/stacks/attestations.ts';
import { stackOf } from '../facts/subjects.ts';
import { memory } from '../terraform/memory.ts';

const ann = 'arn:aws:iam::111111111111:user/ann';
const asOf = '2026-11-23T12:00:00.000Z';
const startedAt = '2026-11-01T09:00:00Z';

/** An attestation as `drill` writes it. */
const attestation = (changes: object = {}, ...stacks: readonly object[]) => ({
  schemaVersion: 1,
  startedAt,
  caller: { arn: ann },
  host: 'laptop',
  stacks: stacks.length > 0 ? stacks : [{ stack: 'stacks/net', verdict: 'pass', seconds: 74, steps: [{ id: 'init' }] }],
  ...changes,
});

const json = (changes: object = {}, ...stacks: readonly object[]) => JSON.stringify(attestation(changes, ...stacks));
const bytes = (text: string) => new TextEncoder().encode(text);
const parsed = (text: string) => parseAttestation(bytes(text), 'drills/a.json');

const drillAt = (file: string, changes: Partial<Drill> = {}): Drill => ({
  at: '2026-11-01T09:00:00.000Z',
  by: ann,
  verdict: 'pass',
  file,
  ...changes,
});

describe('an attestation', () => {
  it('says of each stack when it was drilled, by whom, and how it went', () => {
    const stacks = [
      { repository: 'github.com/acme/infra', stack: 'a', verdict: 'pass' },
      { repository: null, stack: 'b@prod#eu', verdict: 'fail' },
      { stack: 'c', verdict: 'unknown' },
    ];
    const file = 'drills/a.json';
    expect(parsed(json({}, ...stacks))).toEqual({
      kind: 'read',
      attested: [
        { repository: 'github.com/acme/infra', stack: 'a', drill: drillAt(file) },
        { repository: null, stack: 'b@prod#eu', drill: drillAt(file, { verdict: 'fail' }) },
        { repository: null, stack: 'c', drill: drillAt(file, { verdict: 'unknown' }) },
      ],
    });
  });

  it.each([
    ['2026-11-01T09:00:00Z', '2026-11-01T09:00:00.000Z'],
    ['2026-11-01T10:30:00.25+01:30', '2026-11-01T09:00:00.250Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('of %s is dated in UTC', (given, at) => {
    expect(parsed(json({ startedAt: given }))).toMatchObject({ attested: [{ drill: { at } }] });
  });

  it.each([{ caller: null }, { caller: { arn: null } }])('of %j was made by nobody who is known', (changes) => {
    expect(parsed(json(changes))).toMatchObject({ attested: [{ drill: { by: 'an unknown caller' } }] });
  });

  it('of no stack is one', () => {
    expect(parsed(json({ stacks: [] }))).toEqual({ kind: 'read', attested: [] });
  });

  const time = 'startedAt is not a time such as 2026-11-23T12:00:00Z';
  const entry = 'stacks[0] does not say which stack it is of, or how it went';
  it.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    [`${'['.repeat(100_000)}`, 'not JSON'],
    ['[]', 'not an object'],
    ['null', 'not an object'],
    ['{}', 'schemaVersion is not 1'],
    [json({ schemaVersion: '1' }), 'schemaVersion is not 1'],
    [json({ schemaVersion: 2 }), 'schemaVersion is not 1'],
    ...[undefined, 1, '2026-11-01', '2026-11-01T09:00:00', '2026-02-30T09:00:00Z', '2026-11-01T25:00:00Z', ' '].map(
      (given) => [json({ startedAt: given }), time],
    ),
    ...[undefined, {}, ann, { arn: 'ann' }, { arn: 1 }, { arn: `arn:${'x'.repeat(2000)}` }, [ann]].map((caller) => [
      json({ caller }),
      'caller.arn is not an ARN',
    ]),
    [json({ stacks: undefined }), 'stacks is not a list'],
    [json({ stacks: {} }), 'stacks is not a list'],
    ...[null, 'a', {}, { stack: 'a' }, { verdict: 'pass' }, { stack: 1, verdict: 'pass' }].map((one) => [
      json({ stacks: [one] }),
      entry,
    ]),
    [json({}, { stack: 'a', verdict: 'passed' }), entry],
    [json({}, { stack: 'a', verdict: 'not-applicable' }), entry],
    [json({}, { stack: 'a', verdict: 'pass', repository: 3 }), entry],
    [json({}, { stack: 'a', verdict: 'pass' }, { stack: 'b' }), entry.replace('0', '1')],
  ])('is not %.60s: %s', (text = '', why = '') => {
    expect(parsed(text)).toEqual({ kind: 'malformed', why });
  });

  it('in another encoding is none', () => {
    const latin = Uint8Array.from([...bytes(json()).slice(0, -1), 0x2c, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]);
    expect(parseAttestation(latin, 'a.json')).toEqual({ kind: 'malformed', why: 'not JSON' });
  });

  it('of any JSON is read or malformed, and never an error', () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (text, value) => {
        expect(['read', 'malformed']).toContain(parsed(text).kind);
        expect(['read', 'malformed']).toContain(parsed(json({ caller: value })).kind);
        expect(['read', 'malformed']).toContain(parsed(json({ stacks: [value] })).kind);
      }),
    );
  });
});

const read = (nodes: Parameters<typeof memory>[0]) =>
  readAttestations(memory(nodes), { directory: '/repo/drills', named: 'drills/' });

describe('a directory of attestations', () => {
  it('is every *.json in it, and nothing below or beside', async () => {
    const found = await read({
      '/repo/drills/a.json': json(),
      '/repo/drills/b.json': json({ startedAt: '2026-11-02T09:00:00Z' }),
      '/repo/drills/.a.json': '{',
      '/repo/drills/readme.md': '{',
      '/repo/drills/a.json.bak': '{',
      '/repo/drills/old/a.json': '{',
      '/repo/drills/old.json/a.json': '{',
      '/repo/a.json': '{',
    });
    expect(found.attested.map(({ drill: { file, at } }) => [file, at])).toEqual([
      ['drills/b.json', '2026-11-02T09:00:00.000Z'],
      ['drills/a.json', '2026-11-01T09:00:00.000Z'],
    ]);
    expect([found.unread, found.problems]).toEqual([[], []]);
  });

  it.each<readonly [string, Parameters<typeof memory>[0][string], string, string]>([
    ['is no JSON', '{', 'unparsable-file', 'not JSON'],
    ['is another JSON', '{"a": 1}', 'unparsable-file', 'schemaVersion is not 1'],
    ['is denied', { error: 'EACCES' }, 'unreadable-file', 'the file cannot be read'],
    ['leads nowhere', { link: 'gone' }, 'unreadable-file', 'the file cannot be read'],
    ['leads to itself', { link: 'x.json' }, 'unreadable-file', 'the file cannot be read'],
    ['leads out', { link: '../secret.json' }, 'link-outside-root', 'the link leaves the directory of the attestations'],
    ['is a directory by a link', { link: 'old' }, 'unreadable-file', 'not a regular file'],
    [
      'is too large',
      { bytes: LARGEST_ATTESTATION + 1 },
      'file-too-large',
      `${LARGEST_ATTESTATION + 1} bytes, more than are read`,
    ],
  ])('says of a file that %s that it was not read, and reads the others', async (_, node, kind, why) => {
    const found = await read({
      '/repo/secret.json': json(),
      '/repo/drills/a.json': json(),
      '/repo/drills/old/b.json': json(),
      '/repo/drills/x.json': node,
    });
    expect(found.attested.map(({ drill: { file } }) => file)).toEqual(['drills/a.json']);
    expect(found.unread).toEqual(['drills/x.json']);
    expect(found.problems).toEqual([{ kind, message: `attestation drills/x.json: ${why}; it is no proof of a drill` }]);
  });

  it('is followed through links that stay in it, and is itself what a link leads to', async () => {
    const nodes = { '/repo/drills/..data/a.json': json(), '/repo/drills/a.json': { link: '..data/a.json' } };
    expect((await read(nodes)).attested).toHaveLength(1);
    expect((await read({ '/srv/d/a.json': json(), '/repo/drills': { link: '/srv/d' } })).attested).toHaveLength(1);
  });

  it('that cannot be listed is a problem, and might hold any proof', async () => {
    for (const nodes of [{}, { '/repo/drills': { error: 'EACCES' } }]) {
      const found = await read(nodes);
      expect([found.attested, found.unread]).toEqual([[], ['drills/']]);
      expect(found.problems.map(({ kind }) => kind)).toEqual(['unreadable-directory']);
    }
  });

  it('is read up to a number of files, the last ones by name', async () => {
    const names = Array.from({ length: MOST_FILES + 2 }, (_, index) => `${String(index).padStart(5, '0')}.json`);
    const found = await read(Object.fromEntries(names.map((name) => [`/repo/drills/${name}`, json()])));
    const files = found.attested.map(({ drill: { file } }) => file);
    expect([files.length, new Set(files).has('drills/00001.json'), new Set(files).has('drills/00002.json')]).toEqual([
      MOST_FILES,
      false,
      true,
    ]);
    expect(found.unread).toEqual(['drills/']);
    expect(found.problems[0]?.message).toContain('2 more files than are read');
  });

  it('is read up to a number of bytes', async () => {
    const fitting = LARGEST_RECORD / LARGEST_ATTESTATION;
    const large = Array.from(
      { length: fitting + 1 },
      (_, index) => `/repo/drills/${String(index).padStart(3, '0')}.json`,
    );
    const found = await read(Object.fromEntries(large.map((path) => [path, { bytes: LARGEST_ATTESTATION }])));
    const tooMuch = found.problems.filter(({ kind }) => kind === 'file-too-large');
    expect(tooMuch.map(({ message }) => message.slice(0, 32))).toEqual(['attestation drills/000.json: 419']);
  });
});

describe('stacks with their drills', () => {
  const reckoning = { asOf, drillMaxAgeDays: 90 };
  const repository = 'github.com/acme/infra';
  const mine = stackOf({ repository, emergencyPrincipals: [{ arn: ann }] });
  const attested = (changes: Partial<Drill> = {}, of: string | null = null, stack = 'stacks/net') => ({
    stack,
    repository: of,
    drill: drillAt('drills/a.json', changes),
  });
  const drillsOf = (found: Partial<typeof noAttestations>, stack = mine) =>
    withDrills([stack], { ...noAttestations, ...found }, reckoning)[0]?.drills;

  it('have those of their id, in their repository where one is named', () => {
    const others = [attested({}, 'github.com/acme/other'), attested({}, null, 'stacks/network')];
    expect(drillsOf({ attested: others })).toEqual({ known: [] });
    const own = [attested({ verdict: 'fail' }), attested({}, repository)];
    expect(drillsOf({ attested: [...others, ...own] })).toEqual({ known: own.map(({ drill }) => drill) });
  });

  it('each have their own', () => {
    const dns = stackOf({ id: 'stacks/dns' });
    const found = [attested(), attested({ verdict: 'fail' }, null, 'stacks/dns'), attested({}, null, 'constructor')];
    const stacks = withDrills(
      [mine, dns, stackOf({ id: '__proto__' })],
      { ...noAttestations, attested: found },
      reckoning,
    );
    expect(stacks.map(({ id, drills }) => [id, drills])).toEqual([
      ['stacks/net', { known: [found[0]?.drill] }],
      ['stacks/dns', { known: [found[1]?.drill] }],
      ['__proto__', { known: [] }],
    ]);
  });

  it('do not know them where a file could not be read, which may hold the proof', () => {
    const unread = ['drills/x.json', 'drills/y.json'];
    const gap = { fact: 'stack.rehearsal', cause: 'undecided' };
    const detail = 'drills/x.json and 1 more could not be read, and may hold a drill of this stack';
    for (const others of [
      [],
      [attested({ verdict: 'fail' })],
      [attested({ verdict: 'unknown' })],
      [attested({ by: 'arn:aws:iam::111111111111:user/bob' })],
      [attested({ at: '2026-08-24T11:59:59.000Z' })],
      [attested({ at: '2026-11-24T12:00:01.000Z' })],
    ])
      expect(drillsOf({ unread, attested: others })).toEqual({ gaps: [{ ...gap, detail }] });
  });

  it('know them where another file holds the proof', () => {
    for (const at of ['2026-11-01T09:00:00.000Z', '2026-08-25T12:00:00.000Z', '2026-11-24T12:00:00.000Z'])
      expect(drillsOf({ unread: ['drills/x.json'], attested: [attested({ at })] })).toMatchObject({ known: [{ at }] });
  });

  it('of a repository that is not known do not know whether a drill that names one is theirs', () => {
    const stack = { ...mine, repository: null };
    expect(drillsOf({ attested: [attested({}, repository)] }, stack)).toMatchObject({
      gaps: [{ cause: 'undecided', detail: expect.stringContaining(`of this stack in ${repository}`) }],
    });
    expect(drillsOf({ attested: [attested({}, repository), attested()] }, stack)).toMatchObject({
      known: [{ by: ann }],
    });
  });
});
