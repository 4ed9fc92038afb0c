import { inRange } from './addresses.ts';
import { components } from './arn.ts';
import type { Domain } from './presence.ts';
import type { Expanded } from './variables.ts';
import { ANY, type Glyph, matches, ONE, segments } from './wildcard.ts';

/** Whether a request value meets a policy value; maybe when that cannot be told. */
export type Match = 'yes' | 'no' | 'maybe';

type Wanted = Extract<Expanded, { readonly kind: 'text' }>;

/** One condition operator, without `IfExists` and the set prefixes. */
export interface Operator {
  /** A negated operator holds when no value matches, and when the key is missing. */
  readonly negated: boolean;
  /** Variables are for string and ARN operators only. */
  readonly variables: boolean;
  readonly comparesText: boolean;
  readonly compare: (given: string, wanted: Wanted) => Match;
  /** The same for a value that is present, but not known. */
  readonly compareUnknown: (domain: Domain | null, wanted: Wanted) => Match;
}

type Compare = Operator['compare'];

const match = (matched: boolean | null): Match => (matched === null ? 'maybe' : matched ? 'yes' : 'no');
const literal = ({ text }: Wanted): readonly Glyph[] => Array.from(text);

/** A value that AWS would not let the caller pass can never be matched: a literal `*` in an external id, say. */
function attainable(domain: Domain | null, pattern: readonly Glyph[]): Match {
  if (pattern.length === 1 && pattern[0] === ANY) return 'yes';
  if (!domain) return 'maybe';
  const fixed = pattern.filter((glyph) => glyph !== ANY);
  const allowed = fixed.every((glyph) => glyph === ONE || domain.character.test(String(glyph)));
  const fits = fixed.length <= domain.longest && (fixed.length < pattern.length || fixed.length >= domain.shortest);
  return allowed && fits ? 'maybe' : 'no';
}

const ofText = (pattern: (wanted: Wanted) => readonly Glyph[], compare: Compare) => ({
  variables: true,
  comparesText: true,
  compare,
  compareUnknown: (domain: Domain | null, wanted: Wanted) => attainable(domain, pattern(wanted)),
});

const other = (compare: Compare, variables = false) => ({
  variables,
  comparesText: false,
  compare,
  compareUnknown: (): Match => 'maybe',
});

const equals = ofText(literal, (given, { text }) => match(given === text));
const equalsIgnoringCase = ofText(literal, (given, { text }) => match(given.toLowerCase() === text.toLowerCase()));
const like = ofText(
  ({ pattern }) => pattern,
  (given, { pattern }) => match(matches(pattern, given)),
);

/** Six components, each matched on its own: a `*` spans slashes, not colons (IAM User Guide, "ARN condition operators"). */
const arn = other((given, { pattern }) => {
  const [parts, wanted] = [components(given), segments(pattern)];
  if (!parts || !wanted) return 'maybe';
  return match(wanted.every((segment, index) => matches(segment, parts[index] ?? '')));
}, true);

const bool = other((given, { text }) => {
  const isBool = (word: string) => word === 'true' || word === 'false';
  return match(isBool(given) && isBool(text) ? given === text : null);
});

const address = other((given, { text }) => match(inRange(given, text)));

type Order = (given: number, wanted: number) => boolean;
type Read = (text: string) => number | null;

const readNumber: Read = (text) => (/^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : null);

/** W3C dates and epoch seconds (IAM User Guide, "Date condition operators"). */
const readDate: Read = (text) => {
  if (/^\d{1,11}$/.test(text)) return Number(text) * 1000;
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(time) ? null : time;
};

const ordered = (read: Read, order: Order) =>
  other((given, { text }) => {
    const [left, right] = [read(given), read(text)];
    return match(left === null || right === null ? null : order(left, right));
  });

const ORDERS: readonly (readonly [string, boolean, Order])[] = [
  ['Equals', false, (given, wanted) => given === wanted],
  ['NotEquals', true, (given, wanted) => given === wanted],
  ['LessThan', false, (given, wanted) => given < wanted],
  ['LessThanEquals', false, (given, wanted) => given <= wanted],
  ['GreaterThan', false, (given, wanted) => given > wanted],
  ['GreaterThanEquals', false, (given, wanted) => given >= wanted],
];

/** The operators by name (IAM User Guide, "Policy elements: Condition operators"). `Null` asks about the key, not a value. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', { negated: false, ...equals }],
  ['StringNotEquals', { negated: true, ...equals }],
  ['StringEqualsIgnoreCase', { negated: false, ...equalsIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { negated: true, ...equalsIgnoringCase }],
  ['StringLike', { negated: false, ...like }],
  ['StringNotLike', { negated: true, ...like }],
  ['ArnEquals', { negated: false, ...arn }],
  ['ArnNotEquals', { negated: true, ...arn }],
  ['ArnLike', { negated: false, ...arn }],
  ['ArnNotLike', { negated: true, ...arn }],
  ['IpAddress', { negated: false, ...address }],
  ['NotIpAddress', { negated: true, ...address }],
  ['Bool', { negated: false, ...bool }],
  ...ORDERS.flatMap(([name, negated, order]): readonly (readonly [string, Operator])[] => [
    [`Numeric${name}`, { negated, ...ordered(readNumber, order) }],
    [`Date${name}`, { negated, ...ordered(readDate, order) }],
  ]),
]);

/** How the values of a key are quantified, which test follows, and whether a missing key is excused. */
export interface OperatorUse {
  readonly quantifier: 'one' | 'all' | 'any';
  readonly ifExists: boolean;
  readonly operator: Operator | 'Null';
}

/** Takes an operator's name apart; null for one that is not known here. */
export function operatorOf(name: string): OperatorUse | null {
  const [, prefix, base = '', suffix] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const quantifier = prefix === undefined ? 'one' : prefix === 'ForAllValues:' ? 'all' : 'any';
  const ifExists = suffix !== undefined;
  if (base === 'Null') return quantifier === 'one' && !ifExists ? { quantifier, ifExists, operator: 'Null' } : null;
  const operator = OPERATORS.get(base);
  return operator ? { quantifier, ifExists, operator } : null;
}
