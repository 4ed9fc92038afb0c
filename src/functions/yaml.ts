import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, type Scalar } from 'yaml';
import { entriesOf, toText } from '../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence } from '../hcl/expressions/datum.ts';
import { numberOf } from '../hcl/expressions/decimal.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';
import { normal } from '../hcl/strings.ts';
import { jsonText } from './json.ts';
import { checkSize, parameter, text, whole } from './signature.ts';

/** One document while it becomes data; aliases may repeat parts, so the nodes are counted. */
interface Reading {
  readonly document: Document;
  nodes: number;
  depth: number;
}

const MOST_NODES = 10_000;
const DEEPEST = 100;
const LONGEST = 256 * 1024;

// zclconf/go-cty-yaml resolves plain scalars by the core schema of YAML 1.2, with the booleans of 1.1.
const NULL = /^(?:|~|null|Null|NULL)$/;
const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const RADIX = /^0(?:o[0-7]+|x[\dA-Fa-f]+)$/;
const SPECIAL = /^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$|^\d{4}-\d{1,2}-\d{1,2}/;

function plain(value: string): Datum {
  if (NULL.test(value)) return null;
  if (TRUE.test(value)) return true;
  if (FALSE.test(value)) return false;
  if (SPECIAL.test(value)) throw new Undecided('a timestamp or a number without bound is not converted here');
  const number = RADIX.test(value) ? Number(value) : NUMBER.test(value) ? numberOf(value) : undefined;
  if (number === null || (number !== undefined && !Number.isFinite(number))) {
    throw new Undecided('a number has more digits than are kept here');
  }
  return number === undefined ? normal(value) : number;
}

function fromScalar(node: Scalar): Datum {
  const source = typeof node.value === 'string' ? node.value : '';
  if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str') throw new Undecided('tags are not followed here');
  return node.type === 'PLAIN' && node.tag === undefined ? plain(source) : normal(source);
}

function fromNode(node: unknown, reading: Reading): Datum {
  reading.nodes += 1;
  reading.depth += 1;
  if (reading.nodes > MOST_NODES || reading.depth > DEEPEST)
    throw new Undecided('the document is too large or too deep');
  const datum = read(node, reading);
  reading.depth -= 1;
  return datum;
}

function read(node: unknown, reading: Reading): Datum {
  if (isAlias(node)) return fromNode(node.resolve(reading.document) ?? null, reading);
  if (isScalar(node)) return fromScalar(node);
  if (isSeq(node)) return node.items.map((item) => fromNode(item, reading));
  if (!isMap(node)) return null;
  const found = new Map<string, Datum>();
  for (const { key, value } of node.items) {
    if (isScalar(key) && key.value === '<<') throw new Undecided('merge keys are not followed here');
    found.set(toText(fromNode(key, reading)), fromNode(value, reading));
  }
  return found;
}

function decode(given: readonly Datum[]): Datum {
  const source = text(given, 0);
  if (source.length > LONGEST) throw new Undecided('the document is too large');
  const documents = parseAllDocuments<Node>(source, { schema: 'failsafe', logLevel: 'silent' });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (!document || second || document.contents === null) throw new CallFailure('the text is not one YAML document');
  const [error] = [...document.errors, ...document.warnings];
  if (error) throw new Undecided('the text may be no YAML');
  return fromNode(document.contents, { document, nodes: 0, depth: 0 });
}

// Strings are always quoted, and the quotes of YAML are those of JSON as long as a line is not folded.
const SIMPLE = /^[ -~\u00A1-\uD7FF]*$/;

function scalar(datum: Datum): string {
  if (typeof datum !== 'string') return jsonText(datum);
  if (!SIMPLE.test(datum)) throw new Undecided('how this string is written in YAML is not followed here');
  return JSON.stringify(datum);
}

/** The lines of a value; those of a collection in a list begin behind its dash. */
function lines(datum: Datum): readonly string[] {
  if (isSequence(datum)) {
    if (datum.length === 0) return ['[]'];
    return datum.flatMap((item) => lines(item).map((line, at) => `${at === 0 ? '- ' : '  '}${line}`));
  }
  if (!isMembers(datum)) return [scalar(datum)];
  if (datum.size === 0) return ['{}'];
  return entriesOf(datum).flatMap(([name, member]) => {
    const nested = lines(member);
    const inline = (!isSequence(member) || member.length === 0) && (!isMembers(member) || member.size === 0);
    if (inline) return [`${scalar(name)}: ${nested[0]}`];
    return [`${scalar(name)}:`, ...nested.map((line) => (isMembers(member) ? `  ${line}` : line))];
  });
}

function encode(given: readonly Datum[]): string {
  const datum = parameter(given, 0);
  // The lines of what nests deeply repeat their indentation.
  checkSize(jsonText(datum).length * 4, 'characters');
  // A plain scalar alone is ended, since it might go on.
  const end = typeof datum === 'string' || isSequence(datum) || isMembers(datum) ? '' : '...\n';
  return `${lines(datum).join('\n')}\n${end}`;
}

/** `yamldecode` and `yamlencode`, as far as the dialects of YAML do not part. */
export const yaml: ReadonlyMap<string, HclFunction> = new Map<string, HclFunction>([
  ['yamldecode', whole([1, 1], decode)],
  ['yamlencode', whole([1, 1], encode)],
]);
