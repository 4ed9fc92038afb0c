import type { Environment } from '../../model/effects.ts';
import { type Exchange, questionKey } from './exchange.ts';

/** The settings from the environment that decide where questions go; recorded, so that a replay needs none of them. */
const recordedVariables = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_ENDPOINT_URL_STS',
  'AWS_S3_ENDPOINT',
  'AWS_IAM_ENDPOINT',
  'AWS_STS_ENDPOINT',
  'TF_CLOUD_HOSTNAME',
] as const;

/** What the audit knows of AWS: growing while it is asked, or complete when it is replayed. */
export interface Evidence {
  readonly source: 'live' | 'replay';
  /** RFC 3339; the only clock that rules see. */
  readonly asOf: string;
  readonly environment: Environment;
  find(key: string): Exchange | undefined;
  record(exchange: Exchange): void;
  /** All exchanges, sorted by key: the order in a file. */
  exchanges(): readonly Exchange[];
}

/** Evidence that starts with the given exchanges. */
export function createEvidence(
  origin: Pick<Evidence, 'source' | 'asOf' | 'environment'>,
  recorded: readonly Exchange[] = [],
): Evidence {
  const byKey = new Map(recorded.map((exchange) => [questionKey(exchange), exchange]));
  return {
    ...origin,
    find: (key) => byKey.get(key),
    record: (exchange) => void byKey.set(questionKey(exchange), exchange),
    exchanges: () => [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, exchange]) => exchange),
  };
}

/** The recorded variables that are set. */
export function recordedEnvironment(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    recordedVariables.flatMap((name) => {
      const value = environment[name];
      return value ? [[name, withoutUserInfo(value)]] : [];
    }),
  );
}

/** A URL may carry `user:password@`; evidence never does. */
function withoutUserInfo(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (!url.username && !url.password) return value;
  url.username = '';
  url.password = '';
  return url.href;
}
