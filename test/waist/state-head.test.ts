import { createHash } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { formatEvidence } from '../../src/aws/evidence/file.ts';
import type { Opened } from './audit.ts';
import { HOME, useAudit } from './audit.ts';
import { reachable } from './reachable.ts';
import { type OwnServer, serve } from './server.ts';

const audit = useAudit();
let server: OwnServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const lineage = '0ef2aa1c-5d7b-9f0e-1a2b-3c4d5e6f7081';
const SECRET = 'canary-hunter2-in-an-output';
const opening = `{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 7,\n  "lineage": "${lineage}",\n  "outputs": {"password": {`;
const STATE = `${opening.padEnd(200 - '"value": "'.length)}"value": "${SECRET}"}}}\n`;
const headers = {
  'x-amz-request-id': 'F00',
  'content-type': 'application/json',
  // Of the whole object, and of no part of it.
  'x-amz-checksum-sha256': createHash('sha256').update(STATE).digest('base64'),
  'x-amz-meta-note': SECRET,
};

const ignoringRange: RequestListener = (_, response) => void response.writeHead(200, headers).end(STATE);
const inOddPieces: RequestListener = (_, response) => {
  response.writeHead(200, headers);
  for (let at = 0; at < STATE.length; at += 50) response.write(STATE.slice(at, at + 50));
  response.end();
};
const honouringRange: RequestListener = ({ headers: { range } }, response) => {
  if (range !== 'bytes=0-127') throw new Error(`asked for ${range}`);
  const part = { ...headers, 'content-length': '128', 'content-range': `bytes 0-127/${STATE.length}` };
  response.writeHead(206, part).end(STATE.slice(0, 128));
};

const input = { Bucket: 'state', Key: 'net.tfstate', Range: 'bytes=0-127' };

/** Opens an audit of a server of this kind, and a way to ask it for the head of a state. */
async function openAt(listener: RequestListener) {
  server = await serve(listener);
  const { url } = server;
  const allowedEndpoints = [url];
  const ask = ({ read }: Pick<Opened, 'read'>) =>
    read('s3:GetObject', input, { region: HOME, endpoint: { url, pathStyle: true }, account: null });
  const aws = audit.open({ allowedEndpoints });
  return { aws, ask, replay: () => audit.replay(aws.evidence, { allowedEndpoints }) };
}

type Asked = Awaited<ReturnType<Awaited<ReturnType<typeof openAt>>['ask']>>;

const answerIn = ({ result }: Asked) => {
  if (!('reply' in result) || result.reply.kind !== 'answer') throw new Error(`no answer: ${JSON.stringify(result)}`);
  return { output: result.reply.pages[0], headers: result.reply.headers };
};
/** What a caller sees of an answer. */
const told = async (outcome: Asked) => {
  const { output, headers: kept } = answerIn(outcome);
  const { Body, ...rest } = output;
  return { rest: { ...rest, $metadata: output.$metadata.httpStatusCode }, kept, text: await Body?.transformToString() };
};

describe('of a state, nothing but serial and lineage is kept', () => {
  it.each([
    ['ignores the range', ignoringRange, 'an unknown number of'],
    ['ignores the range, in pieces', inOddPieces, 'an unknown number of'],
    ['honours the range', honouringRange, STATE.length],
  ] as const)('by a store that %s', async (_, listener, size) => {
    expect([STATE.indexOf(SECRET), STATE.indexOf(lineage) + lineage.length < 128]).toEqual([200, true]);
    const { aws, ask, replay } = await openAt(listener);
    const live = await ask(aws);
    const kept = `{"serial":7,"lineage":"${lineage}"}`;
    expect(await told(live)).toMatchObject({ text: kept, kept: { 'content-length': String(kept.length) } });
    expect(live.observed).toMatchObject([{ answer: `the first bytes of ${size} bytes` }]);
    expect(aws.evidence.exchanges()).toEqual([
      expect.objectContaining({ input, answer: expect.objectContaining({ body: kept }) }),
    ]);

    await server?.close();
    const again = replay();
    const replayed = await ask(again);
    expect(await told(replayed)).toEqual(await told(live));
    expect(replayed.observed).toEqual(live.observed);
    expect(server?.arrived).toHaveLength(1);
    expect(server?.arrived[0]?.headers).not.toHaveProperty('x-amz-checksum-mode');

    for (const seen of [live, replayed, aws, again, aws.evidence.exchanges()])
      expect(reachable(seen)).not.toContain('hunter2');
    for (const { evidence } of [aws, again]) expect(formatEvidence(evidence)).not.toContain('hunter2');
  });

  it('and what is reachable would have shown more', () => {
    const hidden = { list: new Map([[Symbol('x'), [Buffer.from(SECRET).subarray(0, 1)]]]) };
    Object.defineProperty(hidden, Symbol('y'), { value: new Set(['deep']), enumerable: false });
    expect(reachable(Object.create(hidden))).toContain(SECRET);
    expect(reachable(hidden)).toContain(SECRET);
    expect(reachable(hidden)).toContain('deep');
  });

  it('however many facts rest on the same answer', async () => {
    const { aws, ask } = await openAt(ignoringRange);
    const texts = await Promise.all([ask(aws), ask(aws)].map(async (asked) => (await told(await asked)).text));
    expect([new Set(texts).size, texts[0], server?.arrived.length]).toEqual([1, expect.stringContaining(lineage), 1]);
  });
});

describe('the rest of a large body', () => {
  const size = 50 * 1024 * 1024;

  /** Writes as fast as it is read; says how much that was when the connection is gone. */
  const flood =
    (tell: (told: { sent: number; finished: boolean }) => void) => (_: unknown, response: ServerResponse) => {
      const { socket } = response;
      response.writeHead(200, { ...headers, 'content-length': String(size) });
      response.on('close', () => tell({ sent: socket?.bytesWritten ?? size, finished: response.writableFinished }));
      response.write(STATE);
      let left = size - STATE.length;
      const pump = () => {
        while (left > 0) {
          const filler = Buffer.alloc(Math.min(left, 65_536), SECRET);
          left -= filler.length;
          if (!response.write(filler)) return;
        }
        response.end();
      };
      response.on('drain', pump);
      pump();
    };

  it('is not read: the connection is closed', async () => {
    let tell: (told: { sent: number; finished: boolean }) => void = () => {};
    const closed = new Promise<{ sent: number; finished: boolean }>((resolve) => {
      tell = resolve;
    });
    const { aws, ask } = await openAt(flood((at) => tell(at)));
    const live = await ask(aws);
    expect((await told(live)).text).toContain(lineage);
    const { sent, finished } = await closed;
    expect(finished).toBe(false);
    // What the kernel's buffers take on both sides is the server's, not ours.
    expect(sent).toBeLessThan(size / 2);
    expect(`${formatEvidence(aws.evidence)}${reachable([live, aws])}`).not.toContain('hunter2');
  });
});

describe('an answer that is no state', () => {
  const error =
    (status: number, code: string): RequestListener =>
    (_, response) =>
      void response
        .writeHead(status, { 'x-amz-request-id': 'F00', 'content-type': 'application/xml' })
        .end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
  const page =
    (status: number, ids: Readonly<Record<string, string>>): RequestListener =>
    (_, response) =>
      void response.writeHead(status, ids).end(`<html>${STATE}</html>`);
  const ids = { 'x-amz-request-id': 'F00' };

  it.each<[string, RequestListener, object]>([
    ['nothing at the key', error(404, 'NoSuchKey'), { reply: { kind: 'absent' } }],
    ['no bucket', error(404, 'NoSuchBucket'), { unread: { cause: 'not-found', permission: 's3:GetObject' } }],
    ['a refusal', error(403, 'AccessDenied'), { unread: { cause: 'access-denied', permission: 's3:GetObject' } }],
    ['an empty object', error(416, 'InvalidRange'), { reply: { kind: 'absent' } }],
    ['a page', page(200, {}), { unread: { cause: 'not-aws-shaped' } }],
    ['a page that is not there', page(404, {}), { unread: { cause: 'not-aws-shaped' } }],
    ['a page of the store itself that is not there', page(404, ids), { unread: { cause: 'not-aws-shaped' } }],
  ])('%s is told as for every other call', async (_, listener, result) => {
    const { aws, ask, replay } = await openAt(listener);
    const live = await ask(aws);
    expect(live.result).toMatchObject(result);
    expect(await ask(replay())).toEqual(live);
  });

  it('a page of the store itself has neither serial nor lineage', async () => {
    const { aws, ask } = await openAt(page(200, ids));
    expect((await told(await ask(aws))).text).toBe('{}');
    expect(formatEvidence(aws.evidence)).not.toContain('html');
  });
});
