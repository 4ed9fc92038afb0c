import type { Drill } from '../model/assumability.ts';

/** What one attestation says of one stack. */
export interface Attested {
  readonly stack: string;
  /** As `host/owner/name`; null where the attestation names none. */
  readonly repository: string | null;
  readonly drill: Drill;
}

/** An attestation that was read, or why it could not be. */
export type Attestation =
  | { readonly kind: 'read'; readonly attested: readonly Attested[] }
  | { readonly kind: 'malformed'; readonly why: string };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isVerdict = (value: unknown): value is Drill['verdict'] =>
  value === 'pass' || value === 'fail' || value === 'unknown';

const malformed = (why: string): Attestation => ({ kind: 'malformed', why });

/** What an ARN can be long at most: of a session, with a path of 512 characters and names of 64 each (IAM "Quotas"), it is far shorter. */
const LONGEST_ARN = 1280;

const unnamed = 'an unknown caller';

/**
 * Reads one attestation, as `drill` writes it: `{schemaVersion: 1, startedAt, caller: {arn}, stacks: [{repository?, stack, verdict}]}`.
 * Other fields are for people. `file` is where it is, relative to the config file.
 */
export function parseAttestation(bytes: Uint8Array, file: string): Attestation {
  const content = jsonOf(bytes);
  if (!isFields(content)) return malformed(content === undefined ? 'not JSON' : 'not an object');
  const { schemaVersion, startedAt, caller, stacks } = content;
  if (schemaVersion !== 1) return malformed('schemaVersion is not 1');
  const at = timeOf(startedAt);
  if (at === null) return malformed('startedAt is not a time such as 2026-11-23T12:00:00Z');
  const by = callerOf(caller);
  if (by === null) return malformed('caller.arn is not an ARN');
  if (!Array.isArray(stacks)) return malformed('stacks is not a list');
  const attested = stacks.map((entry: unknown) => attestedBy(entry, { at, by, file }));
  const wrong = attested.indexOf(null);
  if (wrong !== -1) return malformed(`stacks[${wrong}] does not say which stack it is of, or how it went`);
  return { kind: 'read', attested: attested.filter((entry) => entry !== null) };
}

/** The value of a JSON text in UTF-8; undefined when it is none. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time, in UTC; null for anything else, and for a day that no calendar has. */
function timeOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const [, day] = TIME.exec(value) ?? [];
  if (day === undefined || Number.isNaN(Date.parse(value))) return null;
  const midnight = new Date(`${day}T00:00:00Z`);
  return midnight.toISOString().startsWith(day) ? new Date(value).toISOString() : null;
}

/** Who drilled; a drill that found no credentials has a caller without ARN, and failed by itself. */
function callerOf(caller: unknown): string | null {
  if (caller === null) return unnamed;
  if (!isFields(caller)) return null;
  const { arn } = caller;
  if (arn === null) return unnamed;
  return typeof arn === 'string' && arn.startsWith('arn:') && arn.length <= LONGEST_ARN ? arn : null;
}

function attestedBy(entry: unknown, drill: Omit<Drill, 'verdict'>): Attested | null {
  if (!isFields(entry)) return null;
  const { stack, repository = null, verdict } = entry;
  if (typeof stack !== 'string' || !isVerdict(verdict)) return null;
  if (repository !== null && typeof repository !== 'string') return null;
  return { stack, repository, drill: { ...drill, verdict } };
}
