import { entriesOf } from '../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence } from '../hcl/expressions/datum.ts';
import { numberOf, numberText } from '../hcl/expressions/decimal.ts';
import { LONGEST_TEXT } from '../hcl/expressions/evaluation.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { normal } from '../hcl/strings.ts';
import { parameter, text, whole } from './signature.ts';

// As Go's encoding/json, which escapes what HTML and old JavaScript would misread.
const ESCAPES = /[<>&\u2028\u2029]/g;

const quoted = (value: string): string =>
  JSON.stringify(value).replace(ESCAPES, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON as `jsonencode` writes it: no spaces, keys sorted, and not longer than a string may be. */
export function jsonText(datum: Datum): string {
  const pieces: string[] = [];
  let length = 0;
  const put = (piece: string): void => {
    length += piece.length;
    if (length > LONGEST_TEXT) throw new Undecided('the result is larger than is kept here');
    pieces.push(piece);
  };
  const list = <T>(items: readonly T[], write: (item: T) => void): void => {
    items.forEach((item, index) => {
      if (index > 0) put(',');
      write(item);
    });
  };
  const write = (value: Datum): void => {
    if (typeof value === 'number') put(digits(value));
    else if (typeof value === 'string') put(quoted(value));
    else if (isSequence(value)) {
      put('[');
      list(value, write);
      put(']');
    } else if (isMembers(value)) {
      put('{');
      list(entriesOf(value), ([name, member]) => {
        put(`${quoted(name)}:`);
        write(member);
      });
      put('}');
    } else put(JSON.stringify(value));
  };
  write(datum);
  return pieces.join('');
}

function digits(value: number): string {
  const shown = numberText(value);
  if (shown === null) throw new Undecided('the number has more digits than are kept here');
  return shown;
}

const DEEPEST = 200;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[[\]{}]/g;

/** Refuses, before it is parsed, what nests too deeply or has numbers that a double does not hold. */
function inspect(json: string): void {
  let depth = 0;
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (!token.startsWith('"') && numberOf(token) === null)
      throw new Undecided('a number has more digits than are kept here');
    if (depth > DEEPEST) throw new Undecided('the text is nested too deeply');
  }
}

/** A parsed JSON value as data; keys of objects such as `__proto__` are but names. */
function fromJson(value: unknown): Datum {
  if (typeof value === 'string') return normal(value.replace(/\p{Surrogate}/gu, '\uFFFD'));
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  return new Map(Object.entries(Object(value)).map(([name, member]) => [normal(name), fromJson(member)]));
}

function decode(given: readonly Datum[]): Datum {
  const json = text(given, 0);
  inspect(json);
  try {
    const value: unknown = JSON.parse(json);
    return fromJson(value);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CallFailure('the text is no JSON');
  }
}

/** `jsonencode` and `jsondecode`. */
export const json: ReadonlyMap<string, HclFunction> = new Map([
  ['jsondecode', whole([1, 1], decode)],
  ['jsonencode', whole([1, 1], (given) => jsonText(parameter(given, 0)))],
]);
