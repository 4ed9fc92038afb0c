import { parseArn } from './arn.ts';
import { decodeDocument } from './document.ts';
import type {
  ConditionTest,
  Malformed,
  PatternList,
  Policy,
  PrincipalEntry,
  PrincipalList,
  Statement,
} from './policy.ts';

const VERSIONS: ReadonlySet<unknown> = new Set(['2012-10-17', '2008-10-17', undefined]);
const POLICY_ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** Leaves the parser from any depth; never leaves this file. */
class Misfit extends Error {}

function misfit(detail: string): never {
  throw new Misfit(detail);
}

type Elements = ReadonlyMap<string, unknown>;

/** Own enumerable members only, in a map: a member called `__proto__` or `constructor` is a member like another. */
function elements(value: unknown, what: string, known?: ReadonlySet<string>): Elements {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return misfit(`${what} is not an object`);
  const found = new Map<string, unknown>(Object.entries(value));
  for (const name of found.keys()) {
    if (known && !known.has(name)) misfit(`${what} has an element that the policy grammar does not know`);
  }
  return found;
}

/** The grammar allows a scalar wherever it allows a list, and JSON booleans and numbers as condition values. */
function texts(value: unknown, what: string): readonly [string, ...string[]] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [first, ...rest] = values.map((item) => {
    if (typeof item === 'string' || typeof item === 'boolean' || typeof item === 'number') return String(item);
    return misfit(`${what} is neither text nor a list of texts`);
  });
  return first === undefined ? misfit(`${what} is an empty list`) : [first, ...rest];
}

/** One of two elements that exclude each other, such as `Action` and `NotAction`; null when neither is there. */
function either<T>(
  statement: Elements,
  name: string,
  read: (value: unknown, what: string, negated: boolean) => T,
): T | null {
  const negative = `Not${name}`;
  if (statement.has(name) && statement.has(negative)) return misfit(`a statement has both ${name} and ${negative}`);
  if (statement.has(name)) return read(statement.get(name), name, false);
  return statement.has(negative) ? read(statement.get(negative), negative, true) : null;
}

const patternList = (value: unknown, what: string, negated: boolean): PatternList => ({
  negated,
  patterns: texts(value, what),
});

const entryOf = (type: string, value: string): PrincipalEntry => ({ type, value, arn: parseArn(value) });

function principalList(value: unknown, what: string, negated: boolean): PrincipalList {
  if (value === '*') return { negated, entries: [entryOf('AWS', '*')] };
  const entries: readonly PrincipalEntry[] = [...elements(value, what)].flatMap(([type, values]) =>
    texts(values, what).map((text) => entryOf(type, text)),
  );
  return entries.length > 0 ? { negated, entries } : misfit(`${what} is empty`);
}

const conditionTests = (value: unknown): readonly ConditionTest[] =>
  [...elements(value, 'Condition')].flatMap(([operator, tests]) =>
    [...elements(tests, `Condition ${operator}`)].map(([key, values]) => ({
      operator,
      key,
      values: texts(values, `the value of ${key}`),
    })),
  );

function parseStatement(value: unknown, index: number): Statement {
  const statement = elements(value, 'a statement', STATEMENT_ELEMENTS);
  const effect = statement.get('Effect');
  // Case-sensitive (IAM User Guide, "Policy elements: Effect").
  if (effect !== 'Allow' && effect !== 'Deny') return misfit('a statement has an Effect other than Allow and Deny');
  const sid = statement.get('Sid');
  return {
    label: typeof sid === 'string' && sid !== '' ? sid : `#${index + 1}`,
    effect,
    principal: either(statement, 'Principal', principalList),
    action: either(statement, 'Action', patternList) ?? misfit('a statement has no Action'),
    resource: either(statement, 'Resource', patternList),
    condition: statement.has('Condition') ? conditionTests(statement.get('Condition')) : [],
  };
}

function parseDocument(json: unknown): Policy {
  const document = elements(json, 'the document', POLICY_ELEMENTS);
  const version = document.get('Version');
  if (!VERSIONS.has(version)) misfit('the Version is neither 2012-10-17 nor 2008-10-17');
  if (!document.has('Statement')) misfit('the document has no Statement');
  const statement = document.get('Statement');
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return { kind: 'policy', variables: version === '2012-10-17', statements: statements.map(parseStatement) };
}

/**
 * Reads a policy document by the grammar of the IAM User Guide ("Grammar of the IAM JSON policy language"). Never
 * throws; a document that AWS would not have stored comes back as malformed, because what it would mean is a guess.
 */
export function parsePolicy(document: unknown): Policy | Malformed {
  try {
    const decoded = decodeDocument(document);
    if ('problem' in decoded) return { kind: 'malformed', detail: `the document ${decoded.problem}` };
    return parseDocument(decoded.json);
  } catch (error) {
    return { kind: 'malformed', detail: error instanceof Misfit ? error.message : 'the document is not JSON' };
  }
}
