import { kindOf, toNumber, toText } from './conversion.ts';
import { type Datum, isMembers, isSequence, isSet, Refused, Unevaluated } from './datum.ts';
import { attempted, type Evaluation, refused } from './evaluation.ts';
import { combined } from './obstacles.ts';
import { CallFailure } from './scope.ts';
import type { Tree, TreeOf } from './tree.ts';

function local(evaluation: Evaluation, name: string): Datum | undefined {
  for (let locals = evaluation.locals; locals; locals = locals.outer) {
    if (locals.name === name) return locals.value;
  }
  return undefined;
}

/** What a name stands for; its failure is one of the whole configuration, which no `try` here would catch. */
async function looked(evaluation: Evaluation, tree: Tree, name: string, attribute: string | null): Promise<Datum> {
  const datum = await attempted(evaluation, tree, () => evaluation.scope.lookup(name, attribute));
  return datum instanceof Refused ? new Unevaluated(datum.obstacles, datum.pattern) : datum;
}

/** A variable of a loop around this, or what the scope knows. */
export async function evaluateName(tree: TreeOf<'name'>, evaluation: Evaluation): Promise<Datum> {
  return local(evaluation, tree.name) ?? looked(evaluation, tree, tree.name, null);
}

function attributeOf(object: Datum, name: string): Datum {
  if (!isMembers(object)) throw new CallFailure(`${kindOf(object)} has no attribute "${name}"`);
  const member = object.get(name);
  if (member === undefined) throw new CallFailure(`there is no attribute "${name}"`);
  return member;
}

/** `name.attribute` of the scope, or an attribute of a value. */
export async function evaluateAttribute(tree: TreeOf<'attribute'>, evaluation: Evaluation): Promise<Datum> {
  const { object, name } = tree;
  if (object.kind === 'name' && local(evaluation, object.name) === undefined) {
    return looked(evaluation, tree, object.name, name);
  }
  const value = await evaluation.visit(object, evaluation);
  if (value instanceof Unevaluated) return combined([value]) ?? value;
  return attempted(evaluation, tree, () => attributeOf(value, name));
}

function memberAt(collection: Datum, key: Datum): Datum {
  if (isMembers(collection)) return attributeOf(collection, toText(key));
  if (!isSequence(collection)) throw new CallFailure(`${kindOf(collection)} has no members`);
  if (isSet(collection)) throw new CallFailure('the members of a set have no index');
  const item = collection[toNumber(key)];
  if (item === undefined) throw new CallFailure('there is no member at this index');
  return item;
}

/** `collection[key]`. */
export async function evaluateIndex(tree: TreeOf<'index'>, evaluation: Evaluation): Promise<Datum> {
  const collection = await evaluation.visit(tree.collection, evaluation);
  const key = await evaluation.visit(tree.key, evaluation);
  const missing = [collection, key].filter((datum) => datum instanceof Unevaluated);
  return combined(missing) ?? attempted(evaluation, tree, () => memberAt(collection, key));
}

/** `collection[*]`: of a list its members, of another value that value alone, of null nothing. */
export async function evaluateSplat(tree: TreeOf<'splat'>, evaluation: Evaluation): Promise<Datum> {
  const collection = await evaluation.visit(tree.collection, evaluation);
  if (collection instanceof Unevaluated) return combined([collection]) ?? collection;
  if (collection === null) return [];
  const found: Datum[] = [];
  for (const item of isSequence(collection) ? collection : [collection]) {
    const each = await evaluation.visit(tree.each, { ...evaluation, item });
    if (each instanceof Refused) return refused(evaluation, tree, each.obstacles[0].why);
    found.push(each);
  }
  return found;
}
