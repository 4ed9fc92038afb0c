import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentials } from './accounts.ts';

/** Where the clients go and as whom. */
export interface ClientOptions {
  readonly endpoint: string;
  readonly region?: string;
  readonly credentials: AwsCredentials;
  /** Attempts in all, 3 when left out, a millisecond apart. */
  readonly maxAttempts?: number;
  /** Milliseconds until an unanswered request fails; for tests of `hang`. */
  readonly requestTimeout?: number;
  readonly followRegionRedirects?: boolean;
}

/** Real SDK v3 clients for one endpoint, region and identity; `destroy` lets jest exit. */
export interface Clients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly kms: KMSClient;
  readonly dynamodb: DynamoDBClient;
  readonly organizations: OrganizationsClient;
  readonly destroy: () => void;
}

/** SDK v3 retries (the `standard` mode's classification) without its back-off of up to 20 s. */
function quickRetries(maxAttempts: number): NonNullable<S3ClientConfig['retryStrategy']> & object {
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (previous, { errorType }) => {
      const attempts = previous.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || attempts >= maxAttempts) throw new Error('no attempt left');
      return token(attempts);
    },
    recordSuccess: () => {},
  };
}

function token(count: number): { getRetryCount(): number; getRetryDelay(): number } {
  return { getRetryCount: () => count, getRetryDelay: () => (count === 0 ? 0 : 1) };
}

/** Builds the clients; path style, because names under 127.0.0.1 do not resolve. */
export function clients(options: ClientOptions): Clients {
  const shared = {
    endpoint: options.endpoint,
    region: options.region ?? 'us-east-1',
    credentials: options.credentials,
    retryStrategy: quickRetries(options.maxAttempts ?? 3),
    requestHandler: { requestTimeout: options.requestTimeout ?? 10_000, throwOnRequestTimeout: true },
  };
  const followRegionRedirects = options.followRegionRedirects ?? false;
  const s3 = new S3Client({ ...shared, forcePathStyle: true, followRegionRedirects });
  const iam = new IAMClient(shared);
  const sts = new STSClient(shared);
  const kms = new KMSClient(shared);
  const dynamodb = new DynamoDBClient(shared);
  const organizations = new OrganizationsClient(shared);
  return {
    s3,
    iam,
    sts,
    kms,
    dynamodb,
    organizations,
    destroy: () => {
      for (const client of [s3, iam, sts, kms, dynamodb, organizations]) client.destroy();
    },
  };
}
