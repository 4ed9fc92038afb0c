import { verbatim } from './passage.ts';
import type { Place } from './places.ts';
import { readScript } from './script.ts';
import type { Found } from './suggestion.ts';

interface Recipe {
  /** Offsets of its first and after its last line. */
  readonly from: number;
  readonly to: number;
  readonly attributes: readonly string[];
}

function recipes(text: string): readonly Recipe[] {
  const found: Recipe[] = [];
  let attributes: string[] = [];
  let from: number | null = null;
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length + 1;
    if (!/^[ \t]/.test(line) && line.trim() !== '') {
      if (from !== null) found.push({ from, to: at, attributes });
      if (from !== null) attributes = [];
      if (line.startsWith('[')) attributes.push(line.trim());
      from = /^[@\w][^:]*:(?!=)/.test(line) ? end : null;
    }
    at = end;
  }
  return from === null ? found : [...found, { from, to: text.length, attributes }];
}

/**
 * The recipes of a justfile: each line has a shell of its own in the directory of the file, unless the recipe starts with
 * `#!`. Its `{{…}}` are open (https://just.systems/man/en/).
 */
export function readJustfile(text: string, path: string, place: Place): readonly Found[] {
  const settings = [...text.matchAll(/^set (?:shell|working-directory|windows-shell)\b.*/gm)].map(([line]) =>
    line.trim(),
  );
  return recipes(text).flatMap(({ from, to, attributes }) => {
    const open = [...settings, ...attributes.filter((each) => /working-directory|no-cd|script/.test(each))];
    const body = text.slice(from, to);
    const shebang = /^\s*#!(.*)/.exec(body);
    if (shebang) {
      const foreign = /\b(?:ba|z|da|k)?sh\b/.test(shebang[1] ?? '') ? [] : [shebang[0].trim()];
      return readScript(verbatim(text, from, to), { path, place, open: [...open, ...foreign] });
    }
    let at = from;
    return body.split(/(?<!\\\r?)\n/).flatMap((line) => {
      const start = at + (/^\s*[@-]*/.exec(line)?.[0].length ?? 0);
      at += line.length + 1;
      return readScript(verbatim(text, start, at - 1), { path, place, open });
    });
  });
}
