import type { Clients } from '../clients.ts';

/** An AWS to test: the stand-in, or another server that claims to be one. */
export interface Target {
  /** The account that all of `connect`'s callers belong to. */
  readonly account: string;
  /** Clients of a region; `root` signs as the account's root user. The target destroys them. */
  readonly connect: (region: string, identity?: 'root') => Clients;
  /** Makes a KMS key in that region of the account. */
  readonly createKey: (
    region: string,
    options?: { readonly alias?: string; readonly state?: 'Disabled' | 'PendingDeletion' },
  ) => Promise<{ readonly id: string; readonly arn: string }>;
  /** Gives a virtual MFA device to a user of the account; gives its serial number. */
  readonly addMfaDevice: (user: string) => Promise<string>;
  /** Makes an organization of which the account is the management account, once; the same one when asked again. */
  readonly organization: () => Promise<TargetOrganization>;
  /** Makes a DynamoDB table in that region of the account whose key is `LockID`, a string. */
  readonly createTable: (region: string, name: string) => Promise<void>;
  /** Waits until replication has had its chance. */
  readonly settle: () => void;
  readonly close: () => Promise<void>;
}

/** An organization with a unit below its root, an account in the unit, and an SCP on the unit. */
export interface TargetOrganization {
  readonly root: string;
  readonly unit: string;
  readonly member: string;
  readonly policy: string;
  /** The text of the SCP. */
  readonly content: string;
}

/** One thing that AWS does, seen through the SDK. */
export interface ContractCase {
  readonly name: string;
  readonly run: (target: Target) => Promise<void>;
}

/** How a call failed, as SDK v3 shows it. */
export interface Failure {
  /** `Unknown` for body-less answers such as a HEAD's 403. */
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly attempts: number | undefined;
}

let names = 0;

/** A bucket or role name that no other test uses, since servers may outlive a test. */
export function unique(prefix: string): string {
  names += 1;
  return `${prefix}-${process.pid}-${names}`;
}

/** Waits for a call to fail; a call that succeeds fails the test. */
export async function failure(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const metadata = property(error, '$metadata');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(property(property(error, '$response'), 'headers') ?? {})) {
      if (typeof value === 'string') headers[name] = value;
    }
    const status = number(property(metadata, 'httpStatusCode'));
    const attempts = number(property(metadata, 'attempts'));
    return { name: error.name, message: error.message, status, headers, attempts };
  }
  throw new Error('the call succeeded');
}

function property(value: unknown, name: string): object | number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'number' || (typeof found === 'object' && found !== null) ? found : undefined;
}

function number(value: object | number | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
