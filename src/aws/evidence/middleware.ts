import type { Evidence } from './evidence.ts';
import { type Answer, allowedHeaders, type HttpAnswer, type Question, questionKey } from './exchange.ts';
import { withoutCredentials } from './redact.ts';
import { foreignness, NotAwsShaped, type Shape } from './shape.ts';

/** The part of an SDK HTTP response that is read; `body` is a stream live and bytes in replay. */
interface RawResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: AsyncIterable<Uint8Array> | Uint8Array;
}

type Handler = (args: unknown) => Promise<{ response: unknown; output: unknown }>;

/** Thrown in replay for a question that the evidence does not hold. */
class NotRecorded extends Error {
  override readonly name = 'NotRecorded';
}

/** Thrown in replay in place of a recorded network failure. */
class RecordedNetworkError extends Error {
  readonly code: string | undefined;
  constructor(error: { name: string; code: string | null; message: string }) {
    super(error.message);
    this.name = error.name;
    this.code = error.code ?? undefined;
  }
}

/** What the middleware needs to know of the one command that it sits on. */
export interface Wiretap {
  readonly question: Question;
  readonly shape: Shape;
  readonly records: 'whole' | 'status';
  readonly evidence: Evidence;
  readonly clock: () => Date;
}

// Control-plane answers are small; a body beyond this is not one.
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * SDK middleware for `step: 'deserialize', priority: 'low'`, the last before the wire: it sees the raw HTTP answer, checks
 * its shape, records it and passes it on; in replay it answers from the evidence without the network. The SDK's own
 * deserialiser, error names and dates are exercised either way.
 */
export const evidenceMiddleware = (tap: Wiretap) => (next: Handler) => async (args: unknown) => {
  const answer = tap.evidence.source === 'live' ? await askAndRecord(tap, next, args) : recordedAnswer(tap);
  if ('networkError' in answer) throw new RecordedNetworkError(answer.networkError);
  const foreign = foreignness(
    answer,
    tap.records === 'status' && tap.evidence.source === 'replay' ? { roots: [] } : tap.shape,
  );
  if (foreign) throw new NotAwsShaped(foreign);
  return { response: toResponse(answer), output: undefined };
};

function recordedAnswer({ evidence, question }: Wiretap): Answer {
  const exchange = evidence.find(questionKey(question));
  if (!exchange) throw new NotRecorded(`${question.op} is not in the evidence`);
  return exchange.answer;
}

async function askAndRecord(tap: Wiretap, next: Handler, args: unknown): Promise<HttpAnswer> {
  const record = (answer: Answer) => tap.evidence.record({ ...tap.question, at: tap.clock().toISOString(), answer });
  try {
    const { response } = await next(args);
    const received = await answerIn(response as RawResponse);
    const answer = { ...received, body: withoutCredentials(received.body, args) };
    record(tap.records === 'status' && answer.status < 300 ? outcomeOf(answer, tap.shape) : answer);
    return answer;
  } catch (error) {
    record({ networkError: networkError(error) });
    throw error;
  }
}

/** A failed AssumeRole is told in full; a successful one holds credentials, and so may one that is cut off. */
function outcomeOf(answer: HttpAnswer, shape: Shape): Answer {
  const foreign = foreignness(answer, shape);
  return foreign ? { networkError: networkError(new NotAwsShaped(foreign)) } : { ...answer, body: '' };
}

async function answerIn(response: RawResponse): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body = response.body ?? new Uint8Array();
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new NotAwsShaped(`a body of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode,
    headers: allowedHeaders(response.headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

const toResponse = ({ status, headers, body }: HttpAnswer) => ({
  statusCode: status,
  headers: { ...headers },
  body: new Uint8Array(Buffer.from(body, 'utf8')),
});

function networkError(error: unknown) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name, code, message };
}
