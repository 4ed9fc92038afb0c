/**
 * A loopback AWS for tests: S3, IAM, STS, KMS (`DescribeKey`, `GetKeyPolicy`), Organizations and DynamoDB (`DescribeTable`, and the
 * items of Terraform's lock) on the real wire protocol, for real SDK clients and for Terraform. The service is the one that the request is signed for.
 *
 *   const aws = await startAws();
 *   aws.createBucket({ name: 'state', region: 'eu-west-1', account: '111111111111', versioning: 'Enabled' });
 *   const { s3, iam, sts, kms, dynamodb } = clients({ endpoint: aws.url, region: 'eu-west-1', credentials: aws.account('111111111111').credentials });
 *   aws.faults.add({ operation: 's3:GetBucketVersioning', times: 2, fault: 'throttling' });
 *   aws.account('111111111111').deny('s3:GetReplicationConfiguration', 'arn:aws:s3:::state');
 *   aws.account('111111111111').allowOnly(['s3:ListBucket', 'kms:DescribeKey']);  // least privilege: all else is denied
 *   const key = aws.createKey({ region: 'eu-west-1', account: '111111111111', alias: 'alias/states' });
 *   key.set({ state: 'PendingDeletion' });             // S3 refuses it from now on; ARNs that were never made still work
 *   aws.createTable({ name: 'locks', region: 'eu-west-1', account: '111111111111', replicas: ['eu-central-1'] });
 *   aws.account('111111111111').addMfaDevice('alice', { kind: 'virtual' });
 *   const organization = aws.createOrganization({ management: '999999999999' });
 *   const unit = organization.addUnit('prod');
 *   organization.addAccount('111111111111', unit);
 *   organization.addPolicy({ name: 'regions', content: { Version: '2012-10-17', Statement: [] }, targets: [unit] });
 *   await s3.send(new PutObjectCommand({ Bucket: 'state', Key: 'a', Body: 'x' }));
 *   aws.replicate();                                   // PENDING copies become COMPLETED or FAILED
 *   aws.bucket('state').setReplicationStatus('a', 'FAILED');
 *   aws.requests.filter((request) => request.operation === 's3:PutObject').length;
 *   await aws.close();
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AwsAccount, accountControls } from './account-controls.ts';
import {
  addBucket,
  addKey,
  type BucketControls,
  bucketControls,
  createTable,
  type KeyControls,
  type NewBucket,
  type TableControls,
} from './controls.ts';
import type { NewTable } from './dynamodb/store.ts';
import { Faults, type Strike } from './faults.ts';
import { type Answer, type AwsRequest, readRequest } from './http.ts';
import type { NewKey } from './kms/store.ts';
import { addOrganization, type NewOrganization, type OrganizationControls } from './organizations/controls.ts';
import type { Grant, Undo } from './permissions.ts';
import { type Prepared, prepare } from './routing.ts';
import { replicate } from './s3/replication.ts';
import type { AwsSettings } from './settings.ts';
import { createWorld, type World } from './world.ts';

/** One request as it arrived, for tests that count calls; faulted and denied requests are listed as well. */
interface LoggedRequest {
  /** For example `s3:GetBucketVersioning`; `unknown` when the stand-in does not know it. */
  readonly operation: string;
  /** The ARN that faults and denials match. */
  readonly resource: string;
  readonly region: string;
  /** The caller's account; absent when the credentials are not recognised. */
  readonly account: string | undefined;
  readonly method: string;
  readonly path: string;
  /** Without what the SDK adds for itself. */
  readonly query: string;
  /** What was sent to the services that take it in the body: all but S3. */
  readonly body?: string;
  readonly at: string;
}

/** A running stand-in and the levers that AWS itself does not offer. */
export interface Aws {
  readonly url: string;
  readonly settings: AwsSettings;
  readonly faults: Faults;
  readonly requests: readonly LoggedRequest[];
  /** Credentials and denials of an account; any twelve digits are an account. */
  readonly account: (id: string) => AwsAccount;
  readonly createBucket: (bucket: NewBucket) => BucketControls;
  readonly bucket: (name: string) => BucketControls;
  /** A KMS key; `alias/aws/s3` is there in every account and region without being made. */
  readonly createKey: (key: NewKey) => KeyControls;
  readonly createTable: (table: NewTable) => TableControls;
  /** Without one, `DescribeOrganization` says that no account is in any. */
  readonly createOrganization: (organization: NewOrganization) => OrganizationControls;
  /** Denies an IAM action to everybody; `aws.account(id).deny` does so for one account. */
  readonly deny: (action: string, resource?: string) => Undo;
  /** Opens a bucket, a key or a table to another account. */
  readonly grant: (grant: Grant) => Undo;
  /** Settles pending copies, all of them or those to one destination bucket. */
  readonly replicate: (destination?: string) => void;
  /** Forgets the logged requests. */
  readonly clearRequests: () => void;
  readonly close: () => Promise<void>;
}

/** Starts an empty AWS on a free port of 127.0.0.1. */
export async function startAws(settings: Partial<AwsSettings> = {}): Promise<Aws> {
  const world = createWorld(settings);
  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  const server = createServer((message, response) => {
    void serve({ world, faults, requests }, message, response);
  });
  const url = await listen(server);
  return {
    url,
    settings: world.settings,
    faults,
    requests,
    account: (id) => accountControls(world, id),
    createBucket: (bucket) => addBucket(world, bucket),
    bucket: (name) => bucketControls(world, name),
    createKey: (key) => addKey(world, key),
    createTable: (table) => createTable(world, table),
    createOrganization: (organization) => addOrganization(world, organization),
    deny: (action, resource) => world.permissions.deny({ action, ...(resource === undefined ? {} : { resource }) }),
    grant: (grant) => world.permissions.grant(grant),
    replicate: (destination) => replicate(world, destination),
    clearRequests: () => {
      requests.length = 0;
    },
    close: () => stop(server),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the stand-in has no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    // Kept-alive and hanging sockets would keep `close` waiting for ever.
    server.closeAllConnections();
  });
}

interface Serving {
  readonly world: World;
  readonly faults: Faults;
  readonly requests: LoggedRequest[];
}

async function serve(serving: Serving, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(message);
    const prepared = prepare(serving.world, request);
    serving.requests.push(logged(serving.world, request, prepared));
    const strike = serving.faults.take(prepared.operation, prepared.resource);
    if (strike === undefined) send(response, request, prepared.answer());
    else carryOut(strike, response, { request, prepared });
  } catch (error) {
    // A bug of the stand-in must not look like a verdict of AWS.
    const body = error instanceof Error ? String(error.stack) : String(error);
    response.writeHead(599, { 'content-type': 'text/plain' }).end(`stand-in failed: ${body}`);
  }
}

function logged(world: World, request: AwsRequest, prepared: Prepared): LoggedRequest {
  return {
    operation: prepared.operation,
    resource: prepared.resource,
    region: request.region,
    account: prepared.account,
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    ...(request.service === 's3' ? {} : { body: request.body.toString('utf8') }),
    at: world.settings.now().toISOString(),
  };
}

function send(response: ServerResponse, request: AwsRequest, answer: Answer): void {
  const body = request.method === 'HEAD' ? '' : answer.body;
  // HEAD announces the length of the body that a GET would have sent.
  const length = answer.headers['content-length'] ?? String(Buffer.byteLength(body));
  const headers = answer.status === 204 ? answer.headers : { ...answer.headers, 'content-length': length };
  response.writeHead(answer.status, headers).end(body);
}

interface Struck {
  readonly request: AwsRequest;
  readonly prepared: Prepared;
}

function carryOut(strike: Strike, response: ServerResponse, { request, prepared }: Struck): void {
  if (strike.kind === 'answer') {
    send(response, request, strike.answer);
    return;
  }
  switch (strike.fault) {
    case 'hang':
      return;
    case 'connection-reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half-xml': {
      const answer = prepared.answer();
      send(response, request, { ...answer, body: firstHalf(answer) });
      return;
    }
    case 'truncated-body': {
      const answer = prepared.answer();
      const headers = { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) };
      response.writeHead(answer.status, headers);
      response.write(firstHalf(answer), () => response.socket?.destroy());
      return;
    }
    default:
      strike.fault satisfies never;
  }
}

function firstHalf({ body }: Answer): Buffer {
  const bytes = Buffer.from(body);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
