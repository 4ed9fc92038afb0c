import type { Environment } from '../../model/effects.ts';
import { createEvidence, type Evidence } from './evidence.ts';
import { type Answer, type Exchange, questionKey } from './exchange.ts';

const format = 'dr-audit-evidence';
const version = 1;

/** Raised for a file that is not evidence, or not all of it; the message says which and what to do. */
export class EvidenceError extends Error {}

/** Evidence as NDJSON: a header, one line per exchange sorted by question, a footer with their count. */
export function formatEvidence(evidence: Evidence): string {
  const exchanges = evidence.exchanges();
  const header = { format, version, asOf: evidence.asOf, environment: evidence.consulted() };
  const lines = exchanges.map(({ op, input, region, endpoint, pathStyle, as, at, answer }) => ({
    op,
    input,
    region,
    endpoint,
    ...(pathStyle ? { pathStyle } : {}),
    as,
    at,
    ...answer,
  }));
  return [header, ...lines, { lines: lines.length }].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Reads what `formatEvidence` wrote; a truncated or foreign file is an `EvidenceError`, never less evidence. */
export function parseEvidence(text: string): Evidence {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  const header = parseHeader(first);
  const footer = rest.pop();
  const expected = footer === undefined ? undefined : countIn(footer);
  if (expected === undefined)
    throw new EvidenceError('the evidence file has no footer: it was cut off while it was written or copied');
  if (expected !== rest.length) {
    throw new EvidenceError(
      `the evidence file says that it has ${expected} lines and has ${rest.length}: some are missing`,
    );
  }
  // Line 1 is the header.
  const exchanges = rest.map((line, index) => parseExchange(line, index + 2));
  if (new Set(exchanges.map(questionKey)).size < exchanges.length)
    throw new EvidenceError('the evidence file answers a question twice: it was put together from several');
  return createEvidence({ source: 'replay', ...header }, exchanges);
}

function parseHeader(line: string | undefined): { asOf: string; environment: Environment } {
  const header = line === undefined ? undefined : objectIn(line);
  if (header?.['format'] !== format) throw new EvidenceError('this is not a dr-audit evidence file (see --save)');
  if (header['version'] !== version) {
    throw new EvidenceError(
      `evidence version ${JSON.stringify(header['version'])} is not known to this release (it reads ${version})`,
    );
  }
  const { asOf, environment } = header;
  if (typeof asOf !== 'string' || Number.isNaN(Date.parse(asOf)) || !isRecord(environment)) {
    throw new EvidenceError('the evidence file has a damaged header (line 1)');
  }
  return { asOf, environment: stringsOf(environment) };
}

function parseExchange(line: string, number: number): Exchange {
  const value = objectIn(line);
  const answer = value && answerIn(value);
  if (
    !value ||
    !answer ||
    typeof value['op'] !== 'string' ||
    !isRecord(value['input']) ||
    typeof value['region'] !== 'string' ||
    typeof value['as'] !== 'string' ||
    typeof value['at'] !== 'string'
  ) {
    throw new EvidenceError(`line ${number} of the evidence file is damaged`);
  }
  const endpoint = typeof value['endpoint'] === 'string' ? value['endpoint'] : null;
  const { op, input, region, as, at } = value as {
    op: string;
    input: Record<string, unknown>;
    region: string;
    as: string;
    at: string;
  };
  return { op, input, region, endpoint, ...(value['pathStyle'] === true ? { pathStyle: true } : {}), as, at, answer };
}

function answerIn(value: Record<string, unknown>): Answer | undefined {
  const { status, headers, body, networkError } = value;
  if (isRecord(networkError)) {
    const { name, code, message } = networkError;
    return {
      networkError: { name: String(name), code: typeof code === 'string' ? code : null, message: String(message) },
    };
  }
  if (typeof status !== 'number' || !isRecord(headers) || typeof body !== 'string') return undefined;
  return { status, headers: stringsOf(headers), body };
}

function countIn(line: string): number | undefined {
  const lines = objectIn(line)?.['lines'];
  return typeof lines === 'number' ? lines : undefined;
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const stringsOf = (record: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
