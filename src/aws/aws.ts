import { Accounts, type AuditRole, type Caller } from './accounts.ts';
import { type CredentialProvider, callerCredentials, replayCredentials } from './identity.ts';
import { keepPace, type Pace, unpaced } from './pace.ts';
import { createRead, type Read } from './read.ts';
import { Wire, type WireOptions } from './wire.ts';

/** AWS, as far as the audit may see it: reads, and who is reading. */
export interface Aws {
  readonly read: Read;
  /** The auditor's own identity; null where it could not be learnt. */
  readonly caller: () => Promise<Caller | null>;
  /** The accounts that were asked for, and whether they could be read. */
  readonly accounts: () => Promise<readonly { readonly id: string; readonly read: boolean }[]>;
  readonly close: () => Promise<void>;
}

/** How AWS is asked. */
export interface AwsOptions extends WireOptions {
  readonly accounts: readonly AuditRole[];
  readonly pace: Pace;
  /** Replaces the SDK's default credential chain. */
  readonly credentials?: CredentialProvider;
}

/** Opens AWS: live, or as the evidence remembers it. */
export function openAws(options: AwsOptions): Aws {
  const { evidence } = options;
  const replaying = evidence.source === 'replay';
  const caller = replaying ? replayCredentials : (options.credentials ?? callerCredentials());
  const assumed = new Map<string, CredentialProvider>();
  const wire = new Wire(options, (as) => assumed.get(as) ?? caller);
  const accounts = new Accounts(wire, { roles: options.accounts, environment: evidence.environment, assumed });
  return {
    read: createRead({ wire, accounts, paced: replaying ? unpaced : keepPace(options.pace) }),
    caller: async () => {
      const known = await accounts.caller();
      return 'arn' in known ? known : null;
    },
    accounts: () => accounts.read(),
    close: () => wire.close(),
  };
}

/** No AWS at all: `--static`. */
export const noAws: Aws = {
  read: async () => ({
    result: { unread: { cause: 'not-asked', detail: 'nothing is asked with --static' } },
    observed: [],
  }),
  caller: async () => null,
  accounts: async () => [],
  close: async () => {},
};
