import type { Value } from '../body.ts';
import { normal } from '../strings.ts';
import { evaluateCall } from './calls.ts';
import { evaluateConditional } from './conditional.ts';
import { type Datum, Unevaluated } from './datum.ts';
import { isExact } from './decimal.ts';
import { bounded, type Evaluation, MOST_STEPS, refused, textOf, unknown } from './evaluation.ts';
import { evaluateFor, evaluateJoined } from './loops.ts';
import { combined } from './obstacles.ts';
import { evaluateBinary, evaluateUnary } from './operators.ts';
import { type Parse, parseExpression, parseTemplate } from './parse.ts';
import { evaluateAttribute, evaluateIndex, evaluateName, evaluateSplat } from './references.ts';
import type { Scope, Source } from './scope.ts';
import { evaluateTemplate } from './templates.ts';
import type { Tree, TreeOf } from './tree.ts';

/** Where an expression stands and what its names mean. */
export interface Context {
  readonly source: Source;
  readonly scope: Scope;
}

async function evaluateTuple(tree: TreeOf<'tuple'>, evaluation: Evaluation): Promise<Datum> {
  const items: Datum[] = [];
  for (const item of tree.items) items.push(await visit(item, evaluation));
  return items;
}

/** A key without a value leaves all members in doubt, since it may name any of them. */
async function evaluateObject(tree: TreeOf<'object'>, evaluation: Evaluation): Promise<Datum> {
  const members = new Map<string, Datum>();
  const missing: Unevaluated[] = [];
  for (const { key, value } of tree.entries) {
    const name = await visit(key, evaluation);
    const text = textOf(evaluation, key, name);
    const member = await visit(value, evaluation);
    if (text instanceof Unevaluated) missing.push(text);
    else members.set(text, member);
  }
  return combined(missing) ?? members;
}

function literal(value: string | number | boolean | null, tree: Tree, evaluation: Evaluation): Datum {
  const lost = typeof value === 'number' && !isExact(value);
  return lost ? unknown(evaluation, tree, 'the number has more digits than are kept here') : value;
}

async function visit(tree: Tree, evaluation: Evaluation): Promise<Datum> {
  evaluation.budget.steps -= 1;
  if (evaluation.budget.steps < 0) {
    return unknown(evaluation, tree, 'evaluating it takes more steps than are allowed here');
  }
  switch (tree.kind) {
    case 'literal':
      return literal(tree.value, tree, evaluation);
    case 'wrapped':
    case 'parentheses':
      return visit(tree.inner, evaluation);
    case 'template':
      return evaluateTemplate(tree, evaluation);
    case 'joined':
      return evaluateJoined(tree, evaluation);
    case 'name':
      return evaluateName(tree, evaluation);
    case 'attribute':
      return evaluateAttribute(tree, evaluation);
    case 'index':
      return evaluateIndex(tree, evaluation);
    case 'splat':
      return evaluateSplat(tree, evaluation);
    case 'item':
      return evaluation.item;
    case 'call':
      return evaluateCall(tree, evaluation);
    case 'conditional':
      return evaluateConditional(tree, evaluation);
    case 'unary':
      return evaluateUnary(tree, evaluation);
    case 'binary':
      return evaluateBinary(tree, evaluation);
    case 'tuple':
      return evaluateTuple(tree, evaluation);
    case 'object':
      return evaluateObject(tree, evaluation);
    case 'for':
      return evaluateFor(tree, evaluation);
    case 'refused':
      return refused(evaluation, tree, tree.why);
  }
}

const begin = ({ source, scope }: Context): Evaluation => ({
  source,
  scope,
  locals: null,
  item: null,
  budget: { steps: MOST_STEPS, refusals: 0 },
  visit,
});

/**
 * The value of an expression as Terraform works it out (`hclsyntax/expression.go`, cty), or why it has none. Work and size
 * are bounded; never rejects for anything that a text can contain.
 */
export async function evaluate(tree: Tree, context: Context): Promise<Datum> {
  return visit(tree, begin(context));
}

async function evaluateParse(parse: Parse, evaluation: Evaluation): Promise<Datum> {
  if ('tree' in parse) return bounded(evaluation, parse.tree, await visit(parse.tree, evaluation));
  const { offset, message } = parse;
  const rest: Tree = { kind: 'refused', why: message, start: offset, end: evaluation.source.text.length };
  return unknown(evaluation, rest, `it is no valid expression: ${message}`);
}

/** Evaluates a string of a JSON file as a template; places in it are the place of the JSON value. */
async function evaluateJsonString(text: string, start: number, evaluation: Evaluation): Promise<Datum> {
  const { source } = evaluation;
  const inner = { ...source, text, position: () => source.position(start) };
  return evaluateParse(parseTemplate(text), { ...evaluation, source: inner });
}

async function evaluateJson(json: unknown, start: number, evaluation: Evaluation): Promise<Datum> {
  if (typeof json === 'string') return evaluateJsonString(json, start, evaluation);
  if (typeof json === 'number' || typeof json === 'boolean' || json === null) return json;
  if (Array.isArray(json)) {
    const items: Datum[] = [];
    for (const item of json) items.push(await evaluateJson(item, start, evaluation));
    return items;
  }
  const members = new Map<string, Datum>();
  for (const [key, value] of Object.entries(Object(json))) {
    const name = await evaluateJsonString(key, start, evaluation);
    const whole: Tree = { kind: 'item', start, end: start };
    const text = textOf(evaluation, whole, name);
    if (text instanceof Unevaluated) return combined([text]) ?? text;
    members.set(text, await evaluateJson(value, start, evaluation));
  }
  return members;
}

/**
 * The value of an attribute as the scanner found it: its literal where it has one, else what its expression comes to. In
 * JSON every string is a template, keys of objects included (`hcl/json/structure.go`).
 */
export async function evaluateValue(value: Value, context: Context): Promise<Datum> {
  const { source } = context;
  switch (value.kind) {
    case 'string':
    case 'bool':
      return value.value;
    case 'number':
      return literal(value.value, { ...value, kind: 'literal' }, begin(context));
    case 'null':
      return null;
    case 'structure':
      return evaluateJson(value.value, value.start, begin(context));
    case 'expression': {
      if (source.syntax === 'native') return evaluateParse(parseExpression(source.text, value), begin(context));
      const text: unknown = JSON.parse(source.text.slice(value.start, value.end));
      const decoded = normal(String(text).replace(/\p{Surrogate}/gu, '\uFFFD'));
      return evaluateJsonString(decoded, value.start, begin(context));
    }
  }
}
