/** A place in a text: line and column from 1, columns in UTF-16 units, as editors and SARIF count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const BOM = '\uFEFF';

function lineStarts(text: string): readonly number[] {
  // Editors hide the byte order mark, so the first column of line 1 is the one after it.
  const starts = [text.startsWith(BOM) ? 1 : 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Turns offsets of one text into positions; the line table is built on first use, since most files have no finding. */
export function locator(text: string): (offset: number) => Position {
  let starts: readonly number[] | null = null;
  return (offset) => {
    starts ??= lineStarts(text);
    const line = lastNotAfter(starts, offset);
    return { line: line + 1, column: Math.max(1, offset - (starts[line] ?? 0) + 1) };
  };
}
