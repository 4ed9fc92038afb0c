import { afterEach, describe, expect, it } from '@jest/globals';
import { allBytes } from '../../src/aws/evidence/body.ts';
import { NotAwsShaped } from '../../src/aws/evidence/shape.ts';
import { HOME, hasty, useAudit } from './audit.ts';
import { type OwnServer, serve } from './server.ts';

const audit = useAudit();
const MiB = 1024 * 1024;
const block = Buffer.alloc(MiB, ' ');

async function* stream(blocks: number, more = 0): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < blocks; sent += 1) yield block;
  if (more > 0) yield block.subarray(0, more);
}

describe('the bytes of a body', () => {
  it('are all of them, up to 16 MiB', async () => {
    expect((await allBytes(stream(16))).length).toBe(16 * MiB);
    expect((await allBytes(Buffer.alloc(16 * MiB))).length).toBe(16 * MiB);
    expect((await allBytes(new Uint8Array())).length).toBe(0);
  });

  it.each([
    ['a stream, one byte more than 16 MiB', () => stream(16, 1)],
    ['bytes, one more than 16 MiB', () => Buffer.alloc(16 * MiB + 1)],
  ])('are not those of AWS where they are %s', async (_, body) => {
    await expect(allBytes(body())).rejects.toThrow(NotAwsShaped);
  });

  it('are not waited for beyond that', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      while (read < 100) {
        read += 1;
        yield block;
      }
    }
    await expect(allBytes(endless())).rejects.toThrow(NotAwsShaped);
    expect(read).toBe(17);
  });
});

describe('an answer of S3', () => {
  let server: OwnServer | undefined;
  afterEach(() => server?.close());

  /** What S3 answers of a bucket's versioning, with blanks in it. */
  async function answered(blocks: number) {
    server = await serve((_, response) => {
      response.writeHead(200, { 'x-amz-request-id': 'F00', server: 'AmazonS3' });
      response.write('<VersioningConfiguration><Status>Enabled</Status>');
      for (let sent = 0; sent < blocks; sent += 1) response.write(block);
      response.end('</VersioningConfiguration>');
    });
    const aws = audit.open({ allowedEndpoints: [server.url], settings: hasty });
    const where = { region: HOME, endpoint: { url: server.url, pathStyle: true }, account: null };
    return (await aws.read('s3:GetBucketVersioning', { Bucket: 'state' }, where)).result;
  }

  it('is read where it is long', async () => {
    expect(await answered(1)).toMatchObject({ reply: { pages: [{ Status: 'Enabled' }] } });
  });

  it('of 17 MiB is none: it is a gap, with that cause', async () => {
    expect(await answered(17)).toMatchObject({ unread: { cause: 'not-aws-shaped' } });
  });
});
