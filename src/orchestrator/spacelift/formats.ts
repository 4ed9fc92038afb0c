import type { Inventory } from '../../model/inventory.ts';
import { inventoryFromRecord } from '../../record/inventory.ts';
import { parseRecord } from '../../record/parse.ts';
import { errorsOf, inventoryFromAnswer } from './export.ts';
import { isNode } from './node.ts';
import { inventoryFromShowJson } from './show-json.ts';
import { inventoryFromList, isShown } from './stack-list.ts';

/** Bytes up to which a file is read: an answer takes some 10 KB for a stack. */
export const LARGEST_INVENTORY = 128 * 1024 * 1024;

/** A file of stacks as an inventory, or why it is none. */
export type ReadInventory =
  | { readonly kind: 'read'; readonly inventory: Inventory }
  | { readonly kind: 'refused'; readonly message: string };

/** One format: how people get a file of it, and what it makes of a value of it. */
interface Format {
  readonly name: string;
  readonly misses: string;
  readonly read: (value: unknown, file: string) => Inventory | null;
}

const formats: readonly Format[] = [
  { name: 'spacectl api < dr-audit.graphql', misses: 'data.stacks', read: inventoryFromAnswer },
  { name: 'spacectl stack list -o json', misses: 'a list of stacks', read: inventoryFromList },
  { name: 'terraform show -json', misses: 'format_version and values', read: inventoryFromShowJson },
];

const refused = (message: string): ReadInventory => ({ kind: 'refused', message });

/** Notes that spacectl prints before its JSON, such as that a variable is deprecated. */
function withoutNotes(text: string): { readonly json: string; readonly notes: number } {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const start = lines.findIndex((line) => /^\s*[[{]/.test(line));
  const notes = start > 0 && start <= 10 ? start : 0;
  return { json: lines.slice(notes).join('\n'), notes };
}

/** Where JSON ends too early, or is none. The parser's message may quote the text, which may be secret. */
function syntaxMessage(error: unknown, json: string, notes: number): string {
  const written = json.trimEnd();
  if (written === '') return 'the file is empty';
  const message = error instanceof Error ? error.message : '';
  // This one quotes the text, in which all the words below may stand.
  if (message.startsWith('Unexpected token')) return 'not JSON';
  const position = /position (\d+)/.exec(message)?.[1];
  const truncated = /end of JSON|Unterminated/.test(message) || Number(position) >= written.length;
  if (truncated && /^\s*[[{]/.test(json)) return 'the JSON ends too early: the file is truncated';
  if (position === undefined) return 'not JSON';
  const line = json.slice(0, Number(position)).split('\n').length + notes;
  return `not JSON: line ${line}`;
}

/** Reads a file of stacks in whichever of the known formats it has; one of another format is told what was tried. */
export function readInventoryFile(text: string, file: string): ReadInventory {
  if (text.length > LARGEST_INVENTORY) return refused(`${file}: more than 128 MiB, which is more than is read`);
  const { json, notes } = withoutNotes(text);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return refused(`${file}: ${syntaxMessage(error, json, notes)}`);
  }
  if (isNode(value) && 'schemaVersion' in value && 'recordedAt' in value) {
    const record = parseRecord(json, file);
    return record.kind === 'refused' ? record : { kind: 'read', inventory: inventoryFromRecord(record.record, file) };
  }
  if (isShown(value))
    return refused(`${file}: one stack (spacectl stack show); the list is spacectl stack list -o json`);
  for (const { read } of formats) {
    const inventory = read(value, file);
    if (inventory) return { kind: 'read', inventory };
  }
  const errors = isNode(value) ? errorsOf(value, 'Spacelift') : [];
  if (errors.length > 0) return refused(`${file}: no stacks; ${errors.map(({ message }) => message).join('; ')}`);
  const tried = formats.map(({ name, misses }) => `${name} (has ${misses})`);
  return refused(
    `${file}: none of the formats that are known: ${tried.join(', ')}, dr-audit record (has schemaVersion)`,
  );
}
