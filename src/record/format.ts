import type { StackRecord } from '../model/record.ts';
import { plain } from '../render/plain.ts';

// These are left out where they are empty; an empty list of roles, say, is known to be one, and stays.
const LEFT_OUT: readonly string[] = ['arguments', 'sources', 'unknown'];

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/**
 * The text of a record: JSON with a field on each line, so that a change shows as one. What is null is left out, which makes the
 * file a third shorter. Control characters and direction marks are escaped: a file is looked at in terminals.
 */
export const formatRecord = (record: StackRecord): string => {
  const text = JSON.stringify(
    record,
    (key, value: unknown) => (value === null || (LEFT_OUT.includes(key) && isEmpty(value)) ? undefined : value),
    2,
  );
  return `${plain(text)}\n`;
};
