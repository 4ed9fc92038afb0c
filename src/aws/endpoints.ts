import type { Environment } from '../model/effects.ts';

const region = '[a-z]{2}(?:-[a-z]+)+-\\d+';

// Only hosts that S3 itself answers on: other names under amazonaws.com (load balancers, API gateways, instances) can
// belong to anyone. https://docs.aws.amazon.com/general/latest/gr/s3.html
const awsHost = new RegExp(
  `^(?:s3|s3-fips|s3\\.dualstack|s3-fips\\.dualstack)\\.${region}\\.(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)$` +
    `|^s3\\.amazonaws\\.com$|^s3-${region}\\.amazonaws\\.com$` +
    `|^(?:bucket\\.)?vpce-[a-z0-9-]+\\.s3\\.${region}\\.vpce\\.amazonaws\\.com$`,
);

const endpointVariables = ['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'] as const;

/**
 * Whether credentials may go to an endpoint that the audited code names: S3's own hosts over TLS, the ones that the
 * environment names, and the ones that a trusted config allows.
 */
export function endpointAllowed(
  url: string,
  { environment, allow }: { readonly environment: Environment; readonly allow: readonly string[] },
): boolean {
  const origin = originOf(url);
  if (origin === null) return false;
  const fromEnvironment = endpointVariables.flatMap((name) => environment[name] ?? []);
  if ([...fromEnvironment, ...allow].some((other) => originOf(other) === origin)) return true;
  return isAwsEndpoint(origin);
}

/** Whether a URL is one of S3's own endpoints, over TLS. */
export function isAwsEndpoint(url: string): boolean {
  const origin = originOf(url);
  if (origin === null) return false;
  const { protocol, hostname, port } = new URL(origin);
  return protocol === 'https:' && port === '' && awsHost.test(hostname);
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
