import type { Environment } from '../model/effects.ts';
import type { Unread } from '../model/gap.ts';
import { type Client, type ClientKey, defaultWire, makeClient, moduleOf, type WireSettings } from './clients.ts';
import { endpointAllowed } from './endpoints.ts';
import type { Evidence } from './evidence/evidence.ts';
import { type Exchange, type Question, questionKey } from './evidence/exchange.ts';
import { evidenceMiddleware } from './evidence/middleware.ts';
import { causeOf, type Failure, failureOf } from './gaps.ts';
import { type CredentialProvider, callerCredentials, replayCredentials } from './identity.ts';
import type { Operation, Service } from './operations/operation.ts';
import { type OperationName, operations } from './operations.ts';
import type { Observed, Reply, Where } from './reply.ts';

/** What a session is allowed to do, and with what. */
export interface SessionOptions {
  readonly evidence: Evidence;
  /** `--static`: nothing is asked. */
  readonly silent: boolean;
  /** Origins that a trusted config allows besides AWS's and the environment's. */
  readonly allowedEndpoints: readonly string[];
  /** Read-only audit roles in other accounts, from a trusted config. */
  readonly accounts: readonly { readonly id: string; readonly assumeRole: string }[];
  /** Aborted on the deadline or an interrupt; the reason is the cause of the gaps that follow. */
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  readonly wire?: WireSettings;
  /** Replaces the SDK's default credential chain. */
  readonly credentials?: CredentialProvider;
}

/** One call and its result. */
export interface Exchanged {
  readonly result: { readonly reply: Reply<object> } | { readonly unread: Unread };
  readonly observation: readonly Observed[];
}

/** Who asks: the auditor, or its audit role in another account. */
export type Identity = { readonly as: string } | { readonly unread: Unread };

/** Where a call goes and as whom. */
export type Destination = Where & { readonly as: string };

/** The auditor's own default region for services that are not regional to the question. */
export const homeRegion = (environment: Environment): string =>
  environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1';

/** Clients, credentials and evidence of one audit: makes single calls and says who asked. */
export class Session {
  readonly #options: SessionOptions;
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #identities = new Map<string, Promise<Identity>>();
  readonly #caller: CredentialProvider;
  readonly #assumed = new Map<string, CredentialProvider>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#caller =
      options.evidence.source === 'replay' ? replayCredentials : (options.credentials ?? callerCredentials());
  }

  /** False when answers come from a file: then there is nothing to pace. */
  get live(): boolean {
    return this.#options.evidence.source === 'live' && !this.#options.silent;
  }

  keyOf(op: OperationName, input: object, where: Destination): string {
    return questionKey(question(op, input, where));
  }

  /**
   * Who can be asked about an account. IAM answers only inside the account; S3 answers by bucket policy too, so there the
   * auditor itself is the fallback.
   */
  async identify(service: Service, account: string | null): Promise<Identity> {
    if (this.#options.silent) return { unread: { cause: 'not-asked', detail: 'nothing is asked with --static' } };
    if (account === null || service === 'sts') return { as: 'caller' };
    const role = this.#options.accounts.find(({ id }) => id === account)?.assumeRole;
    if (service === 's3' && !role) return { as: 'caller' };
    const key = `${account} ${role}`;
    const known = this.#identities.get(key) ?? this.#identityIn(account, role);
    this.#identities.set(key, known);
    return known;
  }

  /** The account of the auditor itself. */
  async callerAccount(): Promise<{ readonly account: string; readonly arn: string } | { readonly unread: Unread }> {
    if (this.#options.silent) return { unread: { cause: 'not-asked', detail: 'nothing is asked with --static' } };
    const { result } = await this.exchange('sts:GetCallerIdentity', {}, this.#home('caller'));
    if ('unread' in result) return result;
    const output = result.reply.kind === 'answer' ? (result.reply.pages[0] as { Account?: string; Arn?: string }) : {};
    return output.Account && output.Arn
      ? { account: output.Account, arn: output.Arn }
      : {
          unread: {
            cause: 'unexpected-answer',
            detail: 'GetCallerIdentity named no account',
            call: 'sts:GetCallerIdentity',
          },
        };
  }

  /** Makes one call, whatever comes of it. */
  async exchange(name: OperationName, input: object, where: Destination): Promise<Exchanged> {
    const operation = operations[name] as unknown as Operation<Service, object, object>;
    const asked = question(name, input, where);
    const refused = this.#refusal(where);
    if (refused)
      return { result: { unread: { ...refused, call: name, resource: operation.resource(input) } }, observation: [] };
    try {
      const command = operation.command((await moduleOf(operation.service)) as never, input);
      this.#tap(command, asked, operation);
      const client = await this.#client({ service: operation.service, ...where });
      if (this.#options.signal.aborted) throw stopped(this.#options.signal);
      const output = await client.send(command, { abortSignal: this.#options.signal });
      return this.#told(
        { asked, operation, where },
        { reply: { kind: 'answer', pages: [output] } },
        operation.summary(output),
      );
    } catch (error) {
      const told = this.#options.signal.aborted ? stopped(this.#options.signal) : error;
      return this.#failed({ asked, operation, where }, failureOf(told));
    }
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    for (const client of this.#clients.values()) (await client).destroy();
  }

  async #identityIn(account: string, role: string | undefined): Promise<Identity> {
    const caller = await this.callerAccount();
    if ('unread' in caller) return caller;
    if (caller.account === account) return { as: 'caller' };
    if (!role) {
      const detail = `the auditor is in account ${caller.account}, and no audit role is configured for ${account}`;
      return { unread: { cause: 'account-not-read', detail, resource: account } };
    }
    return this.#assume(role, account);
  }

  async #assume(role: string, account: string): Promise<Identity> {
    const { result } = await this.exchange(
      'sts:AssumeRole',
      { RoleArn: role, RoleSessionName: 'dr-audit' },
      this.#home('caller'),
    );
    if ('unread' in result) {
      const detail = `the audit role ${role} could not be assumed: ${result.unread.detail}`;
      return { unread: { ...result.unread, cause: 'account-not-read', detail, resource: account } };
    }
    const { Credentials: issued } = (result.reply.kind === 'answer' ? result.reply.pages[0] : {}) as {
      Credentials?: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
    };
    this.#assumed.set(
      role,
      issued
        ? async () => ({
            accessKeyId: issued.AccessKeyId,
            secretAccessKey: issued.SecretAccessKey,
            sessionToken: issued.SessionToken,
          })
        : replayCredentials,
    );
    return { as: role };
  }

  #home(as: string): Destination {
    return { region: homeRegion(this.#options.evidence.environment), endpoint: null, account: null, as };
  }

  #refusal({ endpoint }: Where): Unread | null {
    const { evidence, allowedEndpoints } = this.#options;
    if (!endpoint?.url || endpointAllowed(endpoint.url, { environment: evidence.environment, allow: allowedEndpoints }))
      return null;
    return {
      cause: 'endpoint-not-allowed',
      detail: `only the audited code names the endpoint ${hostOf(endpoint.url)}`,
    };
  }

  #tap(command: object, asked: Question, { root, records }: Operation<Service, object, object>): void {
    const { evidence, clock } = this.#options;
    const stack = (command as { middlewareStack: { add(middleware: unknown, options: object): void } }).middlewareStack;
    stack.add(evidenceMiddleware({ question: asked, root, records, evidence, clock }), {
      step: 'deserialize',
      priority: 'low',
      name: 'evidence',
    });
  }

  #client(key: ClientKey): Promise<Client> {
    const { service, region, endpoint, as } = key;
    const id = JSON.stringify([service, region, endpoint?.url, endpoint?.pathStyle, as]);
    const replaying = this.#options.evidence.source === 'replay';
    const client =
      this.#clients.get(id) ??
      makeClient(key, {
        wire: { ...(this.#options.wire ?? defaultWire), ...(replaying ? { attempts: 1 } : {}) },
        credentials: this.#assumed.get(as) ?? this.#caller,
      });
    this.#clients.set(id, client);
    return client;
  }

  #failed(call: Call, failure: Failure): Exchanged {
    const { answer } = this.#recorded(call.asked) ?? this.#record(call.asked, failure);
    const headers = 'headers' in answer ? answer.headers : {};
    const told = failure.status === null ? failure.name : `${failure.status} ${failure.name}`;
    if (call.operation.absent.includes(failure.name))
      return this.#told(call, { reply: { kind: 'absent', headers } }, told);
    const region = headers['x-amz-bucket-region'];
    if (call.asked.op === 's3:HeadBucket' && region && failure.status !== null) {
      return this.#told(
        call,
        { reply: { kind: 'refused', region } },
        `HTTP ${failure.status}, bucket region ${region}`,
      );
    }
    const unread: Unread = {
      cause: causeOf(failure, 'status' in answer),
      detail: detailOf(failure),
      call: call.asked.op,
      resource: call.operation.resource(call.asked.input),
      ...(call.operation.permission ? { permission: call.operation.permission } : {}),
    };
    return this.#told(call, { unread }, told);
  }

  /** A failure above the wire (no credentials, a deadline) is evidence too: a replay must come to the same gap. */
  #record(asked: Question, { name, message }: Failure): Exchange {
    const { evidence, clock } = this.#options;
    const exchange = { ...asked, at: clock().toISOString(), answer: { networkError: { name, code: null, message } } };
    if (evidence.source === 'live') evidence.record(exchange);
    return exchange;
  }

  #recorded(asked: Question): Exchange | undefined {
    return this.#options.evidence.find(questionKey(asked));
  }

  #told({ asked, operation, where }: Call, result: Exchanged['result'], answer: string): Exchanged {
    const exchange = this.#recorded(asked);
    if (!exchange) return { result, observation: [] };
    const observed: Observed = {
      key: questionKey(asked),
      call: asked.op,
      resource: operation.resource(asked.input),
      account: where.account,
      region: asked.region,
      at: exchange.at,
      answer,
    };
    return { result, observation: [observed] };
  }
}

interface Call {
  readonly asked: Question;
  readonly operation: Operation<Service, object, object>;
  readonly where: Where;
}

const question = (op: OperationName, input: object, { region, endpoint, as }: Destination): Question => ({
  op,
  input: input as Readonly<Record<string, unknown>>,
  region,
  endpoint: endpoint?.url ?? null,
  as,
});

/** Why nothing more is asked, as the error that a replay will see again. */
function stopped(signal: AbortSignal): Error {
  const error = new Error(signal.reason === 'interrupted' ? 'the audit was interrupted' : 'the deadline passed');
  error.name = signal.reason === 'interrupted' ? 'Interrupted' : 'DeadlinePassed';
  return error;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** One line: error texts of AWS can be long, and may quote what was sent. */
const detailOf = ({ name, message, status }: Failure): string =>
  `${status === null ? '' : `HTTP ${status} `}${name}${message && message !== name && message !== 'UnknownError' ? `: ${message.split('\n')[0]?.slice(0, 300)}` : ''}`;
