import type { Environment } from '../model/effects.ts';
import type { Unread } from '../model/gap.ts';
import { partitionOf } from '../s3/partition.ts';
import { type CredentialProvider, replayCredentials } from './identity.ts';
import type { Service } from './operations/operation.ts';
import type { Where } from './reply.ts';
import type { Destination, Wire } from './wire.ts';

/** Who asks: the auditor, or its audit role in another account. */
export type Identity = { readonly as: string } | { readonly unread: Unread };

/** The auditor itself, as STS knows it. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
}

/** A read-only audit role in another account, from a trusted config. */
export interface AuditRole {
  readonly id: string;
  readonly assumeRole: string;
}

const home = (environment: Environment): Destination => ({
  region: environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1',
  endpoint: null,
  account: null,
  as: 'caller',
});

/** Finds out as whom an account can be asked, assuming its audit role once. */
export class Accounts {
  readonly #wire: Wire;
  readonly #roles: readonly AuditRole[];
  readonly #home: Destination;
  readonly #identities = new Map<string, Promise<Identity>>();
  readonly #assumed: Map<string, CredentialProvider>;
  #caller: Promise<Caller | { readonly unread: Unread }> | undefined;

  constructor(
    wire: Wire,
    options: { roles: readonly AuditRole[]; environment: Environment; assumed: Map<string, CredentialProvider> },
  ) {
    this.#wire = wire;
    this.#roles = options.roles;
    this.#home = home(options.environment);
    this.#assumed = options.assumed;
  }

  /**
   * IAM and Organizations answer about the account of whoever asks. A bucket, key or table answers strangers too whom its own policy lets in, so there
   * the auditor itself is the fallback.
   */
  async identify(service: Service, { account, region }: Where): Promise<Identity> {
    if (account === null || service === 'sts') return { as: 'caller' };
    const role = this.#roles.find(({ id }) => id === account)?.assumeRole;
    const answersInside = service === 'iam' || service === 'organizations';
    if (!answersInside && !role) return { as: 'caller' };
    const stranger = answersInside ? await this.#otherPartition(region) : null;
    if (stranger) return { unread: { ...stranger, resource: account } };
    const known = this.#identities.get(account) ?? this.#identityIn(account, role);
    this.#identities.set(account, known);
    return known;
  }

  /** Partitions share no credentials: a role of another one would look as if it did not exist. */
  async #otherPartition(region: string): Promise<Unread | null> {
    const caller = await this.caller();
    if ('unread' in caller) return null;
    const own = caller.arn.split(':')[1];
    const asked = partitionOf(region);
    if (own === asked) return null;
    return { cause: 'account-not-read', detail: `the auditor is in partition ${own}, and the account in ${asked}` };
  }

  /** The auditor's own ARN and account. */
  caller(): Promise<Caller | { readonly unread: Unread }> {
    this.#caller ??= this.#askCaller();
    return this.#caller;
  }

  /** Which accounts were asked for, and whether they could be read. */
  async read(): Promise<readonly { readonly id: string; readonly read: boolean }[]> {
    const asked = [...this.#identities].map(async ([id, identity]) => ({ id, read: 'as' in (await identity) }));
    return (await Promise.all(asked)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #askCaller(): Promise<Caller | { readonly unread: Unread }> {
    const { result } = await this.#wire.exchange('sts:GetCallerIdentity', {}, this.#home);
    if ('unread' in result) return result;
    const output = result.reply.kind === 'answer' ? (result.reply.pages[0] as { Account?: string; Arn?: string }) : {};
    if (output.Account && output.Arn) return { account: output.Account, arn: output.Arn };
    return {
      unread: {
        cause: 'unexpected-answer',
        detail: 'GetCallerIdentity named no account',
        call: 'sts:GetCallerIdentity',
      },
    };
  }

  async #identityIn(account: string, role: string | undefined): Promise<Identity> {
    const caller = await this.caller();
    if ('unread' in caller) return caller;
    if (caller.account === account) return { as: 'caller' };
    if (role) return this.#assume(role, account);
    const detail = `the auditor is in account ${caller.account}, and no audit role is configured for ${account}`;
    return { unread: { cause: 'account-not-read', detail, resource: account } };
  }

  async #assume(role: string, account: string): Promise<Identity> {
    const input = { RoleArn: role, RoleSessionName: 'dr-audit' };
    const { result } = await this.#wire.exchange('sts:AssumeRole', input, this.#home);
    if ('unread' in result) {
      const detail = `the audit role ${role} could not be assumed: ${result.unread.detail}`;
      return { unread: { ...result.unread, cause: 'account-not-read', detail, resource: account } };
    }
    this.#assumed.set(role, issuedBy(result.reply.kind === 'answer' ? result.reply.pages[0] : {}));
    return { as: role };
  }
}

/** The credentials in an AssumeRole answer; a replayed answer has none, and needs none. */
function issuedBy(output: object): CredentialProvider {
  const { Credentials: issued } = output as {
    Credentials?: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  };
  if (!issued) return replayCredentials;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = issued;
  return async () => ({ accessKeyId, secretAccessKey, sessionToken });
}
