import { createHash, randomBytes } from 'node:crypto';
import { AwsError, type Service } from './http.ts';

/** Credentials as SDK v3 clients take them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who signed a request (STS `GetCallerIdentity`). */
export interface Caller {
  readonly account: string;
  /** `arn:aws:iam::…:root`, `…:user/name` or `arn:aws:sts::…:assumed-role/role/session`. */
  readonly arn: string;
  readonly userId: string;
  /** The role behind a session, which is what trust policies name. */
  readonly roleArn?: string;
  readonly expires?: Date;
  /** Whether a session policy denies everything. */
  readonly isPowerless?: boolean;
}

interface Key {
  readonly credentials: AwsCredentials;
  readonly caller: Caller;
}

interface Presented {
  readonly accessKeyId: string | undefined;
  readonly sessionToken: string | undefined;
  readonly now: Date;
}

type IdPrefix = 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AKIA' | 'ASIA';

/** IAM "Unique identifiers": a prefix and upper-case characters, here derived from the seed so that runs agree. */
export function uniqueId(prefix: IdPrefix, seed: string): string {
  const digits = createHash('sha1').update(`${prefix}/${seed}`).digest('hex').toUpperCase();
  return prefix + digits.slice(0, prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17);
}

/** The access keys that exist, and whose they are: the stand-in tells callers apart by nothing else. */
export class Accounts {
  readonly #keys = new Map<string, Key>();

  /** Long-lived keys (IAM access keys) of one identity; the same identity gets the same keys. */
  issue(caller: Caller): AwsCredentials {
    for (const key of this.#keys.values()) if (key.caller.arn === caller.arn) return key.credentials;
    const credentials = { accessKeyId: uniqueId('AKIA', caller.arn), secretAccessKey: randomBytes(20).toString('hex') };
    this.#keys.set(credentials.accessKeyId, { credentials, caller });
    return credentials;
  }

  /** Temporary credentials (STS `AssumeRole`), valid only together with their session token. */
  issueSession(caller: Caller): Required<AwsCredentials> {
    const credentials = {
      accessKeyId: uniqueId('ASIA', randomBytes(8).toString('hex')),
      secretAccessKey: randomBytes(20).toString('hex'),
      sessionToken: randomBytes(48).toString('base64'),
    };
    this.#keys.set(credentials.accessKeyId, { credentials, caller });
    return credentials;
  }

  /** Finds who signed, or says what is wrong with the credentials. */
  identify(presented: Presented): Caller | CredentialProblem {
    const key = presented.accessKeyId === undefined ? undefined : this.#keys.get(presented.accessKeyId);
    if (presented.accessKeyId === undefined) return 'none';
    if (key === undefined) return 'unknown-key';
    if (key.credentials.sessionToken !== presented.sessionToken) return 'wrong-token';
    if (key.caller.expires !== undefined && key.caller.expires <= presented.now) return 'expired';
    return key.caller;
  }
}

/** Why a request has no caller. */
export type CredentialProblem = 'none' | 'unknown-key' | 'wrong-token' | 'expired';

type ErrorParts = readonly [status: number, code: string, message: string];

const UNKNOWN_TOKEN: ErrorParts = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
];

const UNRECOGNIZED: ErrorParts = [
  400,
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
];

// "List of error codes" (S3), "Common errors" (the others). The same mistake has a different name in each protocol.
const PROBLEMS: Record<'s3' | 'query' | 'json', Record<CredentialProblem, ErrorParts>> = {
  s3: {
    none: [403, 'AccessDenied', 'Access Denied'],
    'unknown-key': [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
    'wrong-token': [400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'],
    expired: [400, 'ExpiredToken', 'The provided token has expired.'],
  },
  query: {
    none: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
    'unknown-key': UNKNOWN_TOKEN,
    'wrong-token': UNKNOWN_TOKEN,
    expired: [403, 'ExpiredToken', 'The security token included in the request is expired'],
  },
  json: {
    none: [400, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
    'unknown-key': UNRECOGNIZED,
    'wrong-token': UNRECOGNIZED,
    expired: [400, 'ExpiredTokenException', 'The security token included in the request is expired'],
  },
};

const FAMILIES: Record<Service, keyof typeof PROBLEMS> = {
  s3: 's3',
  iam: 'query',
  sts: 'query',
  kms: 'json',
  dynamodb: 'json',
  organizations: 'json',
};

/** The error that a service gives for bad credentials (S3 "List of error codes", IAM and DynamoDB "Common errors"). */
export function credentialError(service: Service, problem: CredentialProblem): AwsError {
  const [status, code, message] = PROBLEMS[FAMILIES[service]][problem];
  return new AwsError({ status, code, message });
}
