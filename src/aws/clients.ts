import type { Endpoint } from '../model/backend.ts';
import { absoluteUrl } from './endpoints.ts';
import type { CredentialProvider } from './identity.ts';
import type { Modules, Service } from './operations/operation.ts';

/** Anything that can send a command: the one method of the SDK's clients that is used. */
export interface Client {
  send(command: object, options: { abortSignal: AbortSignal }): Promise<object>;
  destroy(): void;
}

/** How clients behave on the wire; tests shorten it. */
export interface WireSettings {
  /** False in a replay: whatever would reach the wire is refused. */
  readonly connects?: boolean;
  readonly attempts: number;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  /** Replaces the SDK's waiting between attempts. */
  readonly retryStrategy?: object;
}

/** Patient enough for a throttled account, short enough for a CI job. Milliseconds. */
export const defaultSettings: WireSettings = { attempts: 5, connectionTimeout: 5_000, requestTimeout: 20_000 };

/** What distinguishes one client from another. */
export interface ClientKey {
  readonly service: Service;
  readonly region: string;
  readonly endpoint: Endpoint | null;
  readonly as: string;
}

const load: { readonly [S in Service]: () => Promise<Modules[S]> } = {
  s3: () => import('@aws-sdk/client-s3'),
  iam: () => import('@aws-sdk/client-iam'),
  sts: () => import('@aws-sdk/client-sts'),
  kms: () => import('@aws-sdk/client-kms'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  organizations: () => import('@aws-sdk/client-organizations'),
};

/** The wire of a replay: the evidence answers above it, and nothing gets past it. */
const noWire = {
  handle: async (): Promise<never> => {
    throw new Error('a replay sends nothing');
  },
};

/** Loads an SDK module, once, when a question needs it. */
export const moduleOf = <S extends Service>(service: S): Promise<Modules[S]> => load[service]();

/**
 * Makes one client. No region redirects are followed: a redirect is an answer about where the bucket is. A path-style
 * bucket in a name with dots would break TLS otherwise, so the backend's own choice is honoured.
 */
export async function makeClient(
  { service, region, endpoint }: ClientKey,
  { settings, credentials }: { readonly settings: WireSettings; readonly credentials: CredentialProvider },
): Promise<Client> {
  const options = {
    region,
    credentials,
    maxAttempts: settings.attempts,
    retryMode: 'standard',
    requestHandler:
      settings.connects === false
        ? noWire
        : {
            connectionTimeout: settings.connectionTimeout,
            requestTimeout: settings.requestTimeout,
            throwOnRequestTimeout: true,
            socketTimeout: settings.requestTimeout,
          },
    ...(settings.retryStrategy ? { retryStrategy: settings.retryStrategy } : {}),
    ...(endpoint?.url ? { endpoint: absoluteUrl(endpoint.url) } : {}),
  };
  if (service === 'iam') return new (await load.iam()).IAMClient(options as object) as Client;
  if (service === 'sts') return new (await load.sts()).STSClient(options as object) as Client;
  if (service === 'kms') return new (await load.kms()).KMSClient(options as object) as Client;
  if (service === 'organizations')
    return new (await load.organizations()).OrganizationsClient(options as object) as Client;
  // Otherwise the account of the credentials would choose the host.
  const ownHost = { ...options, accountIdEndpointMode: 'disabled' } as object;
  if (service === 'dynamodb') return new (await load.dynamodb()).DynamoDBClient(ownHost) as Client;
  const { S3Client } = await load.s3();
  return new S3Client({
    ...(options as object),
    forcePathStyle: endpoint?.pathStyle ?? false,
    // Otherwise the SDK writes `ChecksumMode` into the input of a GetObject, which is part of the question; and a checksum of the
    // object says nothing about its first bytes.
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A directory bucket would make the SDK fetch session credentials first: a call that is not in the table.
    disableS3ExpressSessionAuth: true,
  }) as Client;
}
