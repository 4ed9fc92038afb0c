import type { Block } from '../hcl/body.ts';
import type { Backend } from '../model/backend.ts';
import type { Environment } from '../model/effects.ts';
import type { SourceLocation } from '../model/location.ts';
import { type Argument, argument, nestedArgument } from './arguments.ts';

/** Where a backend block stands, and what it is read with. */
export interface BackendContext {
  readonly text: string;
  readonly declaredAt: SourceLocation;
  readonly environment: Environment;
}

/** An `s3` backend block, read as Terraform's internal/backend/remote-state/s3/backend.go would. */
export interface S3Declaration {
  readonly backend: Backend;
  /** The prefix of named workspaces' keys; null when it is an expression. */
  readonly workspaceKeyPrefix: string | null;
  /** Why Terraform would refuse the block, if it would. */
  readonly refusal: string | null;
}

const REGION = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
// The backend asks for the first two itself; the last is the SDK's own.
const ENDPOINT = ['AWS_ENDPOINT_URL_S3', 'AWS_S3_ENDPOINT', 'AWS_ENDPOINT_URL'];

const fromEnvironment = (environment: Environment, names: readonly string[]): string | null =>
  names.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? null;

const literal = (found: Argument): string | null => (found.kind === 'literal' ? found.text : null);
const isBlank = (found: Argument): boolean => found.kind === 'literal' && found.text.trim() === '';

function firstGiven(...found: readonly Argument[]): Argument {
  return found.find(({ kind }) => kind !== 'absent') ?? { kind: 'absent' };
}

// `validateStringKeyPath` in internal/backend/remote-state/s3/validate.go; OpenTofu refuses the same.
function refusalOf(name: string, found: Argument): string | null {
  const path = literal(found) ?? '';
  return path.startsWith('/') || path.endsWith('/') ? `${name} must not start or end with "/"` : null;
}

/** Reads an `s3` backend block: its literals, then the environment; whatever it leaves to others is named as missing. */
export function readS3(block: Block, { text, declaredAt, environment }: BackendContext): S3Declaration {
  const bucket = argument(block, 'bucket');
  const key = argument(block, 'key');
  const region = argument(block, 'region');
  const prefix = argument(block, 'workspace_key_prefix');
  const pathStyle = firstGiven(argument(block, 'use_path_style'), argument(block, 'force_path_style'));
  const endpoint = firstGiven(nestedArgument(text, block, ['endpoints', 's3']), argument(block, 'endpoint'));
  const missing = [
    ...Object.entries({ bucket, key }).filter(([, found]) => found.kind !== 'literal' || isBlank(found)),
    ...Object.entries({ region, 'endpoints.s3': endpoint, use_path_style: pathStyle }).filter(
      ([, found]) => found.kind === 'expression',
    ),
  ].map(([name]) => name);
  const location = {
    bucket: literal(bucket) ?? '',
    key: literal(key) ?? '',
    region: literal(region) || fromEnvironment(environment, REGION),
    regionInCode: Boolean(literal(region)),
    endpoint: {
      url: literal(endpoint) || fromEnvironment(environment, ENDPOINT),
      pathStyle: literal(pathStyle) === 'true',
    },
  };
  return {
    backend: missing.length > 0 ? { kind: 's3-partial', missing, declaredAt } : { kind: 's3', location, declaredAt },
    workspaceKeyPrefix: prefix.kind === 'absent' ? 'env:' : literal(prefix),
    refusal: refusalOf('key', key) ?? refusalOf('workspace_key_prefix', prefix),
  };
}
