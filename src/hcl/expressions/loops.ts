import { byBytes, entriesOf, toBool, toText } from './conversion.ts';
import { type Datum, isMembers, isSequence, isSet, Unevaluated } from './datum.ts';
import { attempted, bounded, type Evaluation, LONGEST_TEXT, refused } from './evaluation.ts';
import { combined } from './obstacles.ts';
import { CallFailure, Undecided } from './scope.ts';
import type { ForTree, TreeOf } from './tree.ts';

type Turn = readonly [key: Datum, value: Datum];

/** The keys and values of a collection in Terraform's order; a member of a set is its own key. */
function turnsOf(collection: Datum): readonly Turn[] {
  if (isMembers(collection)) return entriesOf(collection);
  if (!isSequence(collection)) throw new CallFailure('this is nothing to iterate over');
  return isSet(collection)
    ? collection.map((item) => [item, item] as const)
    : collection.map((item, index) => [index, item] as const);
}

function inTurn(evaluation: Evaluation, { keyName, valueName }: ForTree, [key, value]: Turn): Evaluation {
  const outer = keyName === null ? evaluation.locals : { name: keyName, value: key, outer: evaluation.locals };
  return { ...evaluation, locals: { name: valueName, value, outer } };
}

async function isWanted(tree: ForTree, turn: Evaluation): Promise<boolean | Unevaluated> {
  if (!tree.condition) return true;
  const wanted = await turn.visit(tree.condition, turn);
  return wanted instanceof Unevaluated ? wanted : toBool(wanted);
}

/** The evaluations of the turns that the condition admits; one for all when a condition is not known. */
async function wantedTurns(
  tree: ForTree,
  evaluation: Evaluation,
  collection: Datum,
): Promise<Evaluation[] | Unevaluated> {
  const wanted: Evaluation[] = [];
  const unsure: Unevaluated[] = [];
  for (const turn of turnsOf(collection)) {
    const inner = inTurn(evaluation, tree, turn);
    const verdict = await isWanted(tree, inner);
    if (verdict instanceof Unevaluated) unsure.push(verdict);
    else if (verdict) wanted.push(inner);
  }
  return combined(unsure) ?? wanted;
}

async function objectOf(tree: ForTree, resultKey: ForTree['result'], turns: readonly Evaluation[]): Promise<Datum> {
  const found = new Map<string, Datum[]>();
  const unsure: Unevaluated[] = [];
  for (const turn of turns) {
    const key = await turn.visit(resultKey, turn);
    const value = await turn.visit(tree.result, turn);
    if (key instanceof Unevaluated) {
      unsure.push(key);
      continue;
    }
    const name = toText(key);
    const values = found.get(name);
    if (values && !tree.grouped) throw new CallFailure(`two members have the key "${name}"`);
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  const missing = combined(unsure);
  if (missing) return missing;
  const sorted = [...found].sort(([left], [right]) => byBytes(left, right));
  return new Map(sorted.map(([name, values]) => [name, tree.grouped ? values : (values[0] ?? null)]));
}

/** `[for …]` and `{for …}`. */
export async function evaluateFor(tree: TreeOf<'for'>, evaluation: Evaluation): Promise<Datum> {
  const collection = await evaluation.visit(tree.collection, evaluation);
  if (collection instanceof Unevaluated) return combined([collection]) ?? collection;
  const result = await attempted(evaluation, tree, async () => {
    const turns = await wantedTurns(tree, evaluation, collection);
    if (turns instanceof Unevaluated) return turns;
    if (tree.resultKey) return objectOf(tree, tree.resultKey, turns);
    const items: Datum[] = [];
    for (const turn of turns) items.push(await turn.visit(tree.result, turn));
    return items;
  });
  return bounded(evaluation, tree, result);
}

function textOf(items: readonly Datum[]): string {
  const texts = items.map(toText);
  if (texts.reduce((sum, { length }) => sum + length, 0) > LONGEST_TEXT) {
    throw new Undecided('the value is larger than is kept here');
  }
  return texts.join('');
}

/** The `for` directive of a template. */
export async function evaluateJoined(tree: TreeOf<'joined'>, evaluation: Evaluation): Promise<Datum> {
  const items = await evaluation.visit(tree.loop, evaluation);
  if (items instanceof Unevaluated) return items;
  if (!isSequence(items)) return refused(evaluation, tree, 'this is nothing to iterate over');
  const missing = combined(items.filter((item) => item instanceof Unevaluated));
  return missing ?? attempted(evaluation, tree, () => textOf(items));
}
