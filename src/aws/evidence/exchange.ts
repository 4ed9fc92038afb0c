/** One question to AWS and whatever came back, below the deserialiser: the unit that is recorded and replayed. */
export interface Exchange extends Question {
  /** RFC 3339, when the answer arrived. */
  readonly at: string;
  readonly answer: Answer;
}

/** What identifies an exchange: two equal questions have one answer. */
export interface Question {
  /** `service:Operation`. */
  readonly op: string;
  /** The SDK command's input; every page of a list is a question of its own. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  /** URL of an endpoint that is not AWS's own, else null. */
  readonly endpoint: string | null;
  /** Set when the bucket was asked for in the path: another address, so another question. */
  readonly pathStyle?: true;
  /** `caller`, or the ARN of the audit role that asked. */
  readonly as: string;
}

/** An HTTP answer with the allow-listed headers, or the reason why there was none. */
export type Answer = HttpAnswer | { readonly networkError: NetworkError };

/** Status, headers and body as received. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A failure below HTTP. */
interface NetworkError {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}

const recordedHeaders = [
  'content-length',
  'content-range',
  'content-type',
  'last-modified',
  'server',
  'x-amz-bucket-region',
  'x-amz-delete-marker',
  'x-amz-id-2',
  'x-amz-replication-status',
  'x-amz-request-id',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
  'x-amz-transition-default-minimum-object-size',
  'x-amz-version-id',
  'x-amzn-errortype',
  'x-amzn-requestid',
];

/** The headers that evidence may hold, sorted by name: what verdicts rest on and what AWS support asks for. */
export function allowedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    recordedHeaders.flatMap((name) => {
      const value = lower.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, canonical(item)]),
  );
}

/** The key of a question: equal for equal questions, whatever the order of their fields. */
export const questionKey = ({ op, input, region, endpoint, pathStyle, as }: Question): string =>
  JSON.stringify([op, canonical(input), region, endpoint, ...(pathStyle ? ['path-style'] : []), as]);
