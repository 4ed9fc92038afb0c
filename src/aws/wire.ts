import { setMaxListeners } from 'node:events';
import type { Unread } from '../model/gap.ts';
import { type Client, type ClientKey, defaultSettings, makeClient, moduleOf, type WireSettings } from './clients.ts';
import { absoluteUrl, endpointAllowed } from './endpoints.ts';
import type { Evidence } from './evidence/evidence.ts';
import { type Exchange, type Question, questionKey } from './evidence/exchange.ts';
import { rereadable } from './evidence/head.ts';
import { evidenceMiddleware } from './evidence/middleware.ts';
import { causeOf, type Failure, failureOf } from './gaps.ts';
import type { CredentialProvider } from './identity.ts';
import type { Operation, Service } from './operations/operation.ts';
import { type OperationName, operations } from './operations.ts';
import type { Observed, Reply, Where } from './reply.ts';

/** What one call needs besides the question. */
export interface WireOptions {
  readonly evidence: Evidence;
  /** Origins that a trusted config allows besides AWS's and the environment's. */
  readonly allowedEndpoints: readonly string[];
  /** Aborted on the deadline or an interrupt; the reason is the cause of the gaps that follow. */
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  readonly settings?: WireSettings;
}

/** One call and its result. */
export interface Exchanged {
  readonly result: { readonly reply: Reply<object> } | { readonly unread: Unread };
  readonly observation: readonly Observed[];
}

/** Where a call goes and as whom. */
export interface Destination extends Where {
  /** `caller`, or the ARN of an audit role. */
  readonly as: string;
}

/** Makes single calls, whatever comes of them: an answer, an absence, or a gap, recorded and observed. */
export class Wire {
  readonly #options: WireOptions;
  readonly #credentialsOf: (as: string) => CredentialProvider;
  readonly #clients = new Map<string, Promise<Client>>();

  constructor(options: WireOptions, credentialsOf: (as: string) => CredentialProvider) {
    this.#options = options;
    // Every call in flight listens for the deadline; that many are no leak.
    setMaxListeners(0, options.signal);
    this.#credentialsOf = credentialsOf;
  }

  /** Makes one call, whatever comes of it. */
  async exchange(name: OperationName, input: object, where: Destination): Promise<Exchanged> {
    const operation = operations[name] as unknown as Operation<Service, object, object>;
    const asked = questionOf(name, input, where);
    const refused = this.#refusal(operation.service, where);
    if (refused)
      return { result: { unread: { ...refused, call: name, resource: operation.resource(input) } }, observation: [] };
    try {
      const command = operation.command((await moduleOf(operation.service)) as never, input);
      this.#tap(command, asked, operation);
      const client = await this.#client({ service: operation.service, ...where });
      if (this.#options.signal.aborted) throw stopped(this.#options.signal);
      const sent = await client.send(command, { abortSignal: this.#options.signal });
      const output = operation.records === 'head' ? await rereadable(sent) : sent;
      return this.#told(
        { asked, operation, where },
        { reply: { kind: 'answer', pages: [output], headers: this.#headersOf(asked) } },
        operation.summary(output),
      );
    } catch (error) {
      const { signal } = this.#options;
      const failure = failureOf(signal.aborted ? stopped(signal) : error);
      // In place of what the abort left behind, half an exchange or a throttled attempt: it would replay as another gap.
      if (signal.aborted) this.#record(asked, failure);
      return this.#failed({ asked, operation, where }, failure);
    }
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    // A client that could not be made (a region that is none) was a gap, and has nothing to close.
    for (const client of this.#clients.values()) (await client.catch(() => null))?.destroy();
  }

  #refusal(service: Service, { endpoint, region }: Where): Unread | null {
    if (!regionName.test(region)) return { cause: 'wrong-region', detail: `"${region}" is not the name of a region` };
    const { evidence, allowedEndpoints } = this.#options;
    const trusted = { environment: evidence.environment, allow: allowedEndpoints };
    if (!endpoint?.url || endpointAllowed(service, endpoint.url, trusted)) return null;
    return {
      cause: 'endpoint-not-allowed',
      detail: `only the audited code names the ${spoken[service]} endpoint ${hostOf(endpoint.url)}`,
    };
  }

  #tap(command: object, asked: Question, operation: Operation<Service, object, object>): void {
    const { evidence, clock } = this.#options;
    const stack = (command as { middlewareStack: { add(middleware: unknown, options: object): void } }).middlewareStack;
    stack.add(evidenceMiddleware({ question: asked, shape: operation, records: operation.records, evidence, clock }), {
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
        settings: {
          ...(this.#options.settings ?? defaultSettings),
          ...(replaying ? { attempts: 1, connects: false } : {}),
        },
        credentials: this.#credentialsOf(as),
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
    if (call.asked.op === 's3:HeadBucket' && region && tellsRegion.includes(failure.status)) {
      return this.#told(
        call,
        { reply: { kind: 'refused', region, redirected: failure.status !== 403, headers } },
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

  #headersOf(asked: Question): Readonly<Record<string, string>> {
    const answer = this.#recorded(asked)?.answer;
    return answer && 'headers' in answer ? answer.headers : {};
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

// Redirected, signed for another region, or forbidden: in each the bucket exists, in the region that the header names.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
const tellsRegion: readonly (number | null)[] = [301, 307, 400, 403];

// The SDK puts a region into host names; S3-compatible stores use names of their own (auto, minio).
const regionName = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

interface Call {
  readonly asked: Question;
  readonly operation: Operation<Service, object, object>;
  readonly where: Where;
}

/** The question that a call asks, as evidence knows it. */
export const questionOf = (op: OperationName, input: object, { region, endpoint, as }: Destination): Question => ({
  op,
  input: input as Readonly<Record<string, unknown>>,
  region,
  endpoint: endpoint?.url ?? null,
  ...(endpoint?.pathStyle ? { pathStyle: true } : {}),
  as,
});

/** Why nothing more is asked, as the error that a replay will see again. */
function stopped(signal: AbortSignal): Error {
  const error = new Error(signal.reason === 'interrupted' ? 'the audit was interrupted' : 'the deadline passed');
  error.name = signal.reason === 'interrupted' ? 'Interrupted' : 'DeadlinePassed';
  return error;
}

const spoken: Readonly<Record<Service, string>> = {
  s3: 'S3',
  iam: 'IAM',
  sts: 'STS',
  kms: 'KMS',
  dynamodb: 'DynamoDB',
  organizations: 'Organizations',
};

function hostOf(url: string): string {
  const absolute = absoluteUrl(url);
  return URL.canParse(absolute) ? new URL(absolute).host : 'that is no URL';
}

/** One line: error texts of AWS can be long, and may quote what was sent. */
const detailOf = ({ name, message, status }: Failure): string =>
  `${status === null ? '' : `HTTP ${status} `}${name}${message && message !== name && message !== 'UnknownError' ? `: ${message.split('\n')[0]?.slice(0, 300)}` : ''}`;
