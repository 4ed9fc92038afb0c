import { beforeAll, describe, expect, it } from '@jest/globals';
import { createEvidence } from '../../src/aws/evidence/evidence.ts';
import { allowedHeaders, type Exchange, questionKey } from '../../src/aws/evidence/exchange.ts';
import { EvidenceError, formatEvidence, parseEvidence } from '../../src/aws/evidence/file.ts';

const exchange = (changes: Partial<Exchange> = {}): Exchange => ({
  op: 's3:HeadBucket',
  input: { Bucket: 'state' },
  region: 'eu-west-1',
  endpoint: null,
  as: 'caller',
  at: '2026-11-23T12:00:00.000Z',
  answer: { status: 200, headers: { 'x-amz-request-id': 'F00' }, body: '' },
  ...changes,
});

const exchanges: readonly Exchange[] = [
  exchange({ op: 's3:HeadObject', input: { Bucket: 'state', Key: 'größe/\u2028 "x"' } }),
  exchange({ answer: { networkError: { name: 'TimeoutError', code: 'ECONNRESET', message: 'read ECONNRESET' } } }),
  exchange({ op: 'iam:GetRole', input: { RoleName: 'r' }, as: 'arn:aws:iam::222222222222:role/audit' }),
  exchange({ endpoint: 'http://127.0.0.1:9000', answer: { status: 403, headers: {}, body: '<Error>\n</Error>\n' } }),
];
const environment = { AWS_REGION: 'eu-west-1' };
const evidence = createEvidence({ source: 'live', asOf: '2026-11-23T12:00:00.000Z', environment }, exchanges);
let text = '';
let lines: readonly string[] = [];

beforeAll(() => {
  // What nobody looks at is not recorded.
  expect(evidence.environment['AWS_REGION']).toBe('eu-west-1');
  text = formatEvidence(evidence);
  lines = text.trimEnd().split('\n');
});

const rejects = (damaged: string) => expect(() => parseEvidence(damaged)).toThrow(EvidenceError);

describe('an evidence file', () => {
  it('has a header, one line per exchange in the order of their keys, and a footer that counts them', () => {
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { format: 'dr-audit-evidence', version: 1, asOf: '2026-11-23T12:00:00.000Z', environment },
      expect.objectContaining({ op: 'iam:GetRole', as: 'arn:aws:iam::222222222222:role/audit', status: 200 }),
      expect.objectContaining({ op: 's3:HeadBucket', endpoint: 'http://127.0.0.1:9000', status: 403 }),
      expect.objectContaining({ op: 's3:HeadBucket', endpoint: null, networkError: expect.anything() }),
      expect.objectContaining({ op: 's3:HeadObject' }),
      { lines: 4 },
    ]);
  });

  it('is the same whatever the order in which the answers came', () => {
    for (const turned of [[...exchanges].reverse(), [...exchanges.slice(2), ...exchanges.slice(0, 2)]]) {
      const other = createEvidence(evidence, turned);
      expect(other.environment['AWS_REGION']).toBe('eu-west-1');
      expect(formatEvidence(other)).toBe(text);
    }
  });

  it('comes back as it was written', () => {
    const parsed = parseEvidence(text);
    expect([parsed.source, parsed.asOf, parsed.environment['AWS_REGION']]).toEqual([
      'replay',
      evidence.asOf,
      environment.AWS_REGION,
    ]);
    expect(parsed.exchanges()).toEqual(evidence.exchanges());
    for (const one of exchanges) expect(parsed.find(questionKey(one))).toEqual(one);
  });

  it('may be empty', () => {
    const empty = formatEvidence(createEvidence(evidence));
    expect(parseEvidence(empty).exchanges()).toEqual([]);
  });
});

describe('what is not all of the evidence', () => {
  it('a file cut off anywhere', () => {
    // The very last character is the newline of the footer, which says nothing.
    const cuts = Array.from({ length: text.length - 1 }, (_, length) => text.slice(0, length));
    expect(cuts.length).toBeGreaterThan(900);
    for (const cut of cuts) rejects(cut);
    expect(parseEvidence(text.slice(0, -1)).exchanges()).toHaveLength(4);
  });

  it('a file that lost any of its lines', () => {
    for (const index of lines.keys()) rejects(lines.filter((_, other) => other !== index).join('\n'));
  });

  it('a file that lost its beginning', () => {
    for (const index of lines.keys()) if (index > 0) rejects(lines.slice(index).join('\n'));
  });

  it('a file in which one question is answered twice', () => {
    const [header = '', first = '', second = '', ...rest] = lines;
    rejects([header, first, first, second, ...rest.slice(1)].join('\n'));
  });

  it.each([
    ['nothing', ''],
    ['something else', 'hello\n'],
    ['JSON of something else', '{"version":1}\n{"lines":0}\n'],
    ['a list', '[]\n{"lines":0}\n'],
    ['null', 'null\n{"lines":0}\n'],
    ['a report', '{"schemaVersion":1,"format":"dr-audit-report"}\n{"lines":0}\n'],
  ])('%s', (_, foreign) => {
    expect(() => parseEvidence(foreign)).toThrow('not a dr-audit evidence file');
  });

  it.each([0, 2, '1', null])('version %j', (version) => {
    const header = JSON.stringify({ format: 'dr-audit-evidence', version, asOf: evidence.asOf, environment });
    expect(() => parseEvidence([header, ...lines.slice(1)].join('\n'))).toThrow('is not known to this release');
  });

  it.each([
    ['asOf', { asOf: 'yesterday' }],
    ['asOf', { asOf: 1 }],
    ['environment', { environment: null }],
    ['environment', { environment: [] }],
  ])('a header with a damaged %s', (_, damage) => {
    const header = { format: 'dr-audit-evidence', version: 1, asOf: evidence.asOf, environment, ...damage };
    rejects([JSON.stringify(header), ...lines.slice(1)].join('\n'));
  });

  it.each(['op', 'input', 'region', 'as', 'at', 'status', 'headers', 'body'])('a line without %s', (name) => {
    const [header = '', first = '', ...rest] = lines;
    const damaged = { ...JSON.parse(first), [name]: undefined };
    rejects([header, JSON.stringify(damaged), ...rest].join('\n'));
  });

  it('a damaged line is named by its number', () => {
    const damaged = lines.map((line, index) => (index === 2 ? line.slice(0, -1) : line));
    expect(() => parseEvidence(damaged.join('\n'))).toThrow('line 3 of the evidence file is damaged');
  });
});

describe('what evidence holds', () => {
  it('of the headers, only those that verdicts or AWS support need, whatever their case', () => {
    const headers = {
      Authorization: 'AWS4-HMAC-SHA256',
      'X-Amz-Security-Token': 'token',
      'Set-Cookie': 'session=1',
      'X-Amz-Bucket-Region': 'eu-west-1',
      'x-amz-request-id': 'F00',
      'x-amz-meta-secret': 'x',
      ETag: '"x"',
    };
    expect(allowedHeaders(headers)).toEqual({ 'x-amz-bucket-region': 'eu-west-1', 'x-amz-request-id': 'F00' });
  });

  it('of the environment, only what was looked at, and never a password', () => {
    const { environment, consulted } = createEvidence({
      source: 'live',
      asOf: '2026-11-23T12:00:00.000Z',
      environment: variables,
    });
    const seen = Object.fromEntries(Object.keys(variables).map((name) => [name, environment[name]]));
    expect(consulted()).toEqual({
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'https://minio.internal:9000/x',
      TF_CLI_ARGS_init: "-backend-config=key=k '-backend-config=secret_key=withheld' '-backend-config=token=withheld'",
      TF_VAR_state_key: 'k',
    });
    // What is withheld from the evidence is withheld from the code that asked.
    expect(seen).toEqual({ ...consulted(), AWS_DEFAULT_REGION: '' });
  });

  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: '',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: 'https://user:password@minio.internal:9000/x',
    TF_CLI_ARGS_init: '-backend-config=key=k -backend-config="secret_key=abc" -backend-config=token=t',
    TF_VAR_db_password: 'secret',
    TF_VAR_state_key: 'k',
    GITHUB_TOKEN: 'secret',
    DEPLOY_PAT: 'secret',
  };

  it('of the environment, nothing that nobody asked for', () => {
    const evidence = createEvidence({ source: 'live', asOf: '2026-11-23T12:00:00.000Z', environment: variables });
    expect(evidence.environment['AWS_REGION']).toBe('eu-west-1');
    expect(formatEvidence(evidence).split('\n')[0]).toContain('"environment":{"AWS_REGION":"eu-west-1"}');
  });

  it('one answer per question, whatever the order of its fields', () => {
    const one = exchange({ input: { Bucket: 'state', Key: 'k', Range: undefined } });
    const same = exchange({ input: { Key: 'k', Bucket: 'state' } });
    expect(questionKey(one)).toBe(questionKey(same));
    const others = [{ op: 'x' }, { region: 'x' }, { endpoint: 'x' }, { as: 'x' }, { input: { Bucket: 'state' } }];
    expect(new Set(others.map((other) => questionKey({ ...same, ...other }))).size).toBe(5);
    for (const other of others) expect(questionKey({ ...same, ...other })).not.toBe(questionKey(same));
  });
});
