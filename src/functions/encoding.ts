import { isUtf8 } from 'node:buffer';
import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction } from '../hcl/expressions/scope.ts';
import { normal } from '../hcl/strings.ts';
import { checkSize, text, whole } from './signature.ts';

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

function fromBase64(given: readonly Datum[]): string {
  // Go's decoder skips line ends.
  const encoded = text(given, 0).replace(/[\r\n]/g, '');
  if (!BASE64.test(encoded)) throw new CallFailure('the text is no base64');
  const bytes = Buffer.from(encoded, 'base64');
  if (!isUtf8(bytes)) throw new CallFailure('the decoded text is no UTF-8');
  return normal(bytes.toString('utf8'));
}

function urlEncoded(given: readonly Datum[]): string {
  const plain = text(given, 0);
  checkSize(plain.length * 3, 'characters');
  return encodeURIComponent(plain)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** One record of RFC 4180 text at a time, quotes and line ends as Go's encoding/csv reads them. */
function* records(csv: string): Generator<readonly string[]> {
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\r?\n|$)/y;
  let record: string[] = [];
  while (field.lastIndex < csv.length || record.length > 0) {
    const match = field.exec(csv);
    if (!match) throw new CallFailure('the text is no CSV');
    const [, quoted, bare = '', end] = match;
    record.push(quoted === undefined ? bare.replace(/\r$/, '') : quoted.replaceAll('""', '"').replaceAll('\r\n', '\n'));
    if (end === ',') continue;
    // Go skips lines with nothing on them.
    if (record.length > 1 || record[0] !== '' || quoted !== undefined) yield record;
    record = [];
  }
}

function fromCsv(given: readonly Datum[]): Datum {
  const [header, ...rows] = records(text(given, 0));
  if (!header) throw new CallFailure('the header is missing');
  if (new Set(header).size < header.length) throw new CallFailure('two columns have one name');
  return rows.map((row) => {
    if (row.length !== header.length) throw new CallFailure('a row has not as many fields as the header');
    return new Map(header.map((name, at) => [name, row[at] ?? '']));
  });
}

/** Base64, URLs and CSV. */
export const encoding: ReadonlyMap<string, HclFunction> = new Map([
  ['base64decode', whole([1, 1], fromBase64)],
  ['base64encode', whole([1, 1], (given) => Buffer.from(text(given, 0), 'utf8').toString('base64'))],
  ['csvdecode', whole([1, 1], fromCsv)],
  ['urlencode', whole([1, 1], urlEncoded)],
]);
