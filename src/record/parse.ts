import type { StackRecord } from '../model/record.ts';
import { ordered } from './fields.ts';
import { Refusal } from './reading.ts';
import { record } from './shape.ts';

/** A record, or what is wrong with its text; the message names the file. */
export type ParsedRecord =
  | { readonly kind: 'read'; readonly record: StackRecord }
  | { readonly kind: 'refused'; readonly message: string };

/** The longest text that is read, in bytes: some ten times the stacks of the largest estates. */
export const LARGEST_RECORD = 64 * 1024 * 1024;

/** Whether a JSON text ends before its first value does. */
function isTruncated(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) depth += 1;
    else if (!quoted && (character === '}' || character === ']')) depth -= 1;
  }
  return quoted || depth > 0;
}

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    if (json.trim() === '') throw new Refusal('the file is empty');
    throw new Refusal(
      isTruncated(json) ? 'the file is truncated: it ends in the middle of its JSON' : 'it is not JSON',
    );
  }
}

function duplicate(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

/** Reads a record strictly: what is not in its schema is refused, and nothing is taken for granted. Never throws. */
export function parseRecord(given: string, file: string): ParsedRecord {
  try {
    if (given.length > LARGEST_RECORD) throw new Refusal(`${given.length} characters, more than are read`);
    const read = record(jsonOf(given), '');
    const twice = duplicate(read.stacks.map(({ id }) => id));
    if (twice !== undefined) throw new Refusal(`it lists the stack "${twice.slice(0, 200)}" twice`);
    return { kind: 'read', record: { ...read, stacks: ordered(read.stacks, ({ id }) => id) } };
  } catch (error) {
    const why = error instanceof Refusal ? error.message : 'it is nested too deeply';
    return { kind: 'refused', message: `${file} cannot be read as a record: ${why}` };
  }
}
