import type { Environment } from '../model/effects.ts';
import type { Service } from './operations/operation.ts';

const region = '[a-z]{2}(?:-[a-z]+)+-\\d+';

// Only hosts that the service itself answers on: other names under amazonaws.com (load balancers, API gateways, instances)
// can belong to anyone. https://docs.aws.amazon.com/general/latest/gr/s3.html
const s3Host = new RegExp(
  `^(?:s3|s3-fips|s3\\.dualstack|s3-fips\\.dualstack)\\.${region}\\.(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)$` +
    `|^s3\\.amazonaws\\.com$|^s3-${region}\\.amazonaws\\.com$` +
    `|^(?:bucket\\.)?vpce-[a-z0-9-]+\\.s3\\.${region}\\.vpce\\.amazonaws\\.com$`,
);

// https://docs.aws.amazon.com/general/latest/gr/ddb.html and, for the last,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
const dynamodbHost = new RegExp(
  `^dynamodb(?:-fips)?\\.${region}\\.(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)$` +
    `|^vpce-[a-z0-9-]+\\.dynamodb\\.${region}\\.vpce\\.amazonaws\\.com$`,
);

// Of the services that are asked, a backend block chooses the endpoint of these two.
const awsHosts: Partial<Record<Service, RegExp>> = { s3: s3Host, dynamodb: dynamodbHost };

// The second of each is Terraform's alone (internal/backend/remote-state/s3/backend.go).
const ownVariables: Partial<Record<Service, readonly string[]>> = {
  s3: ['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT'],
  dynamodb: ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_DYNAMODB_ENDPOINT'],
};

/**
 * Whether credentials may go to an endpoint that the audited code names for a service: the service's own hosts over TLS, the
 * ones that the environment names for it or for all, and the ones that a trusted config allows.
 */
export function endpointAllowed(
  service: Service,
  url: string,
  { environment, allow }: { readonly environment: Environment; readonly allow: readonly string[] },
): boolean {
  const origin = originOf(url);
  if (origin === null) return false;
  const variables = [...(ownVariables[service] ?? []), 'AWS_ENDPOINT_URL'];
  const fromEnvironment = variables.flatMap((name) => environment[name] ?? []);
  if ([...fromEnvironment, ...allow].some((other) => originOf(other) === origin)) return true;
  return isAwsEndpoint(origin, service);
}

/** Whether a URL is one of a service's own endpoints, over TLS. */
export function isAwsEndpoint(url: string, service: Service = 's3'): boolean {
  const origin = originOf(url);
  if (origin === null) return false;
  const { protocol, hostname, port } = new URL(origin);
  return protocol === 'https:' && port === '' && awsHosts[service]?.test(hostname) === true;
}

/** The URL of an endpoint that may be written without its scheme; TLS then, as OpenTofu does. */
export const absoluteUrl = (url: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`);

/** Null for what is no endpoint, and for a URL with a password: the SDK would not send it, evidence and report would show it. */
function originOf(url: string): string | null {
  const withScheme = absoluteUrl(url);
  if (!URL.canParse(withScheme)) return null;
  const { protocol, origin, username, password } = new URL(withScheme);
  if (username || password) return null;
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}
