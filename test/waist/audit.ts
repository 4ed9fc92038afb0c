import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { afterEach, beforeEach } from '@jest/globals';
import { type Aws as Asked, type AwsOptions, openAws } from '../../src/aws/aws.ts';
import { createEvidence, type Evidence } from '../../src/aws/evidence/evidence.ts';
import { formatEvidence, parseEvidence } from '../../src/aws/evidence/file.ts';
import type { Where } from '../../src/aws/reply.ts';
import type { Environment } from '../../src/model/effects.ts';
import { type ClientOptions, type Clients, clients } from '../aws/clients.ts';
import { type Aws as StandIn, startAws } from '../aws/server.ts';

/** The auditor's own account. */
export const OWN = '111111111111';

/** Another account of the same company. */
export const OTHER = '222222222222';

/** Where the states are. */
export const HOME = 'eu-west-1';

/** Where the replicas are. */
export const AWAY = 'eu-central-1';

/** When every test audit takes place. */
export const AT = new Date('2026-11-23T12:00:00.000Z');

const roomy = { concurrency: 50, maxRate: 100_000 };

/** AWS as one audit sees it, with the evidence that grows while it is asked. */
export interface Opened extends Asked {
  readonly evidence: Evidence;
}

/** A stand-in per test, and audits of it. */
export interface Audit {
  readonly standIn: StandIn;
  /** Clients that set the stage, as the account's operator. */
  readonly connect: (options?: { readonly account?: string } & Partial<ClientOptions>) => Clients;
  /** Opens the waist the way the command does, only more impatient; `environment` in place of one that names the stand-in. */
  readonly open: (options?: Partial<AwsOptions> & { readonly environment?: Environment }) => Opened;
  /** The audit again, from its evidence file. */
  readonly replay: (evidence: Evidence, options?: Partial<AwsOptions>) => Opened;
  /** S3 in a region. */
  readonly at: (region?: string, account?: string | null) => Where;
  /** How often the stand-in was asked each operation. */
  readonly counts: () => Readonly<Record<string, number>>;
}

/** The SDK's own classification of what may be retried, a millisecond apart. */
const retries = (attempts: number): NonNullable<S3ClientConfig['retryStrategy']> & object => {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => Math.min(count, 1) });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (previous, { errorType }) => {
      const count = previous.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || count >= attempts) throw new Error('no attempt left');
      return token(count);
    },
    recordSuccess: () => {},
  };
};

/** Waits of tests: three attempts a millisecond apart. */
export const settings = {
  attempts: 3,
  connectionTimeout: 5_000,
  requestTimeout: 10_000,
  retryStrategy: retries(3),
};

/** Settings for tests of a server that does not answer. */
export const hasty = { ...settings, requestTimeout: 1_000, retryStrategy: retries(1) };

/** How the auditor asks unless a test says otherwise: as an operator of its own account, without audit roles. */
const defaults = (standIn: StandIn): Omit<AwsOptions, 'evidence'> => ({
  allowedEndpoints: [],
  accounts: [],
  signal: new AbortController().signal,
  clock: () => AT,
  pace: roomy,
  settings,
  credentials: async () => standIn.account(OWN).credentials,
});

const liveEvidence = (environment: Environment): Evidence =>
  createEvidence({ source: 'live', asOf: AT.toISOString(), environment });

/** Points the SDK at a fresh stand-in before each test of the file, and at nothing afterwards. */
export function useAudit(): Audit {
  let current: StandIn | undefined;
  let endpoint: string | undefined;
  const open = { clients: [] as Clients[], audits: [] as Asked[] };
  const standIn = (): StandIn => {
    if (current === undefined) throw new Error('the stand-in runs inside tests only');
    return current;
  };
  beforeEach(async () => {
    current = await startAws({ now: () => AT });
    endpoint = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = current.url;
  });
  afterEach(async () => {
    if (endpoint === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = endpoint;
    for (const connected of open.clients.splice(0)) connected.destroy();
    for (const audit of open.audits.splice(0)) await audit.close();
    await current?.close();
    current = undefined;
  });

  const opened = (evidence: Evidence, options: Partial<AwsOptions>): Opened => {
    const aws = openAws({ ...defaults(standIn()), ...options, evidence });
    open.audits.push(aws);
    return { ...aws, evidence };
  };

  return {
    get standIn() {
      return standIn();
    },
    connect: ({ account = OWN, ...options } = {}) => {
      const { url, account: identity } = standIn();
      const connected = clients({
        endpoint: url,
        region: HOME,
        credentials: identity(account).credentials,
        ...options,
      });
      open.clients.push(connected);
      return connected;
    },
    open: ({ environment = { AWS_ENDPOINT_URL: standIn().url, AWS_REGION: HOME }, ...options } = {}) =>
      opened(liveEvidence(environment), options),
    replay: (evidence, options = {}) => opened(parseEvidence(formatEvidence(evidence)), options),
    at: (region = HOME, account = null) => ({ region, endpoint: { url: standIn().url, pathStyle: true }, account }),
    counts: () => {
      const counts: Record<string, number> = {};
      for (const { operation } of standIn().requests) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
  };
}

/** KMS and DynamoDB where the states are, at AWS's own endpoints: the ones that the environment names. */
export const homeAt = (account: string | null = null): Where => ({ region: HOME, endpoint: null, account });

/** IAM in an account. */
export const iamAt = (account: string): Where => ({ region: 'us-east-1', endpoint: null, account });
