import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { makeClient, moduleOf } from '../../src/aws/clients.ts';
import { replayCredentials } from '../../src/aws/identity.ts';

const settings = { attempts: 1, connectionTimeout: 500, requestTimeout: 500 };

/** What a client asks of a listening server for the head of a bucket. */
async function asked(bucket: string, connects: boolean): Promise<readonly string[]> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    response.writeHead(404, { 'x-amz-request-id': 'F00' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = await makeClient(
    { service: 's3', region: 'us-east-1', endpoint: { url, pathStyle: true }, as: 'caller' },
    { settings: { ...settings, connects }, credentials: replayCredentials },
  );
  const { HeadBucketCommand } = await moduleOf('s3');
  await client
    .send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: new AbortController().signal })
    .catch(() => null);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return paths;
}

it('a replay reaches no wire, whatever the SDK would like to ask', async () => {
  expect(await asked('state', true)).toEqual(['HEAD /state/']);
  expect(await asked('state', false)).toEqual([]);
});

it('no session credentials are fetched for a directory bucket: that call is not in the table', async () => {
  for (const path of await asked('state--use1-az4--x-s3', true)) expect(path).not.toContain('session');
  expect(await asked('state--use1-az4--x-s3', false)).toEqual([]);
});
