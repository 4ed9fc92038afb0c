import { Readable } from 'node:stream';
import { allBytes, type RawBody } from './body.ts';
import type { Evidence } from './evidence.ts';
import { type Answer, allowedHeaders, type HttpAnswer, type Question, questionKey } from './exchange.ts';
import { firstBytes, headOf } from './head.ts';
import { withoutCredentials } from './redact.ts';
import { foreignness, NotAwsShaped, type Shape } from './shape.ts';

/** The part of an SDK HTTP response that is read. */
interface RawResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: RawBody;
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
  readonly records: 'whole' | 'status' | 'head';
  readonly evidence: Evidence;
  readonly clock: () => Date;
}

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
  return { response: toResponse(answer, holdsState(tap, answer.status)), output: undefined };
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
    const received = response as RawResponse;
    const answer = holdsState(tap, received.statusCode) ? await headIn(received) : await answerIn(received, args);
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

/** Whether an answer is the state itself; an error about it is told in full. */
const holdsState = ({ records }: Wiretap, status: number): boolean => records === 'head' && status < 300;

async function answerIn({ statusCode, headers, body = nothing }: RawResponse, args: unknown): Promise<HttpAnswer> {
  const text = (await allBytes(body)).toString('utf8');
  return { status: statusCode, headers: allowedHeaders(headers), body: withoutCredentials(text, args) };
}

/** From here on nobody has more of a state than serial and lineage. */
async function headIn({ statusCode, headers, body = nothing }: RawResponse): Promise<HttpAnswer> {
  const head = headOf(await firstBytes(body));
  const shortened = { ...headers, 'content-length': String(Buffer.byteLength(head)) };
  return { status: statusCode, headers: allowedHeaders(shortened), body: head };
}

const nothing = new Uint8Array();

function toResponse({ status, headers, body }: HttpAnswer, isStream: boolean) {
  const bytes = new Uint8Array(Buffer.from(body, 'utf8'));
  // The SDK hands the body of an object on as a stream, and takes nothing else for one.
  return {
    statusCode: status,
    headers: { ...headers },
    body: isStream ? Readable.from([bytes], { objectMode: false }) : bytes,
  };
}

function networkError(error: unknown) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name, code, message };
}
