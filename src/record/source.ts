/** How a field that comes from a record names its source: the record, when it was written, and the source at that time. */
export const recordSource = (file: string, recordedAt: string, source: string): string =>
  `record ${file} of ${recordedAt} (${source})`;

const fromRecord = /^record .+? of \d{4}-\d{2}-\d{2}T[\d:.]+Z \((.*)\)$/s;

/** The source behind a record, so that a record that is made from another one names what that was made from; any other source as it is. */
export const sourceBehind = (source: string): string => fromRecord.exec(source)?.[1] ?? source;

/** Whether a source is a record. */
export const isFromRecord = (source: string): boolean => fromRecord.test(source);
