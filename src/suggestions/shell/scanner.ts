/** A reading position in a script. */
export interface Scanner {
  readonly source: string;
  at: number;
  /** Delimiters of here-documents that start at the next line break. */
  readonly heredocs: { readonly delimiter: string; readonly tabs: boolean }[];
  /** A quote or substitution did not end: what was read since its start is worth nothing. */
  broken: boolean;
}

/** Reads what a sticky pattern matches here; null, without moving, when it does not. */
export function take(scanner: Scanner, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scanner.at;
  const match = pattern.exec(scanner.source);
  if (match) scanner.at += match[0].length;
  return match;
}
