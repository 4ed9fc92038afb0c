import { kindOf, toBool, toText } from './conversion.ts';
import { type Datum, isMembers, isSequence, Unevaluated } from './datum.ts';
import { attempted, charged, type Evaluation } from './evaluation.ts';
import { combined } from './obstacles.ts';
import { CallFailure, Undecided } from './scope.ts';
import type { TreeOf } from './tree.ts';

type Shape = 'primitive' | 'sequence' | 'members';

function shapeOf(datum: Datum): Shape | null {
  if (datum === null || datum instanceof Unevaluated) return null;
  if (isSequence(datum)) return 'sequence';
  return isMembers(datum) ? 'members' : 'primitive';
}

function collectKinds(datum: Datum, kinds: Set<string>): void {
  if (isSequence(datum) || isMembers(datum)) for (const member of datum.values()) collectKinds(member, kinds);
  else if (datum !== null && !(datum instanceof Unevaluated)) kinds.add(typeof datum);
}

/** What the primitives in a value are: `string`, `number`, `boolean`. */
function kindsIn(datum: Datum): ReadonlySet<string> {
  const kinds = new Set<string>();
  collectKinds(datum, kinds);
  return kinds;
}

/**
 * The taken result in the type that both results share (`ConditionalExpr` in hclsyntax/expression.go): `true ? 1 : "a"` is
 * `"1"`. Throws `CallFailure` where they share none, and `Undecided` where that hangs on types of collections.
 */
function unified(taken: Datum, other: Datum): Datum {
  const [shape, otherShape] = [shapeOf(taken), shapeOf(other)];
  if (shape === null || otherShape === null) return taken;
  const mismatch = `the results need one type, not ${kindOf(taken)} and ${kindOf(other)}`;
  if (shape !== otherShape) throw new CallFailure(mismatch);
  if (shape === 'primitive') {
    if (typeof taken === typeof other || typeof taken === 'string') return taken;
    if (typeof other === 'string') return toText(taken);
    throw new CallFailure(mismatch);
  }
  const [kinds, others] = [kindsIn(taken), kindsIn(other)];
  if ([...kinds].some((kind) => kind !== 'string') && [...others].some((kind) => !kinds.has(kind))) {
    throw new Undecided('the type of the result hangs on both results, which is not followed here');
  }
  return taken;
}

/** Only the taken branch decides whether there is a value; of the other one only its type matters. */
export async function evaluateConditional(tree: TreeOf<'conditional'>, evaluation: Evaluation): Promise<Datum> {
  const condition = await evaluation.visit(tree.condition, evaluation);
  if (condition instanceof Unevaluated) return combined([condition]) ?? condition;
  return attempted(evaluation, tree, async () => {
    const [taken, other] = toBool(condition) ? [tree.yes, tree.no] : [tree.no, tree.yes];
    const value = await evaluation.visit(taken, evaluation);
    if (value instanceof Unevaluated) return value;
    const { refusals } = evaluation.budget;
    const rest = await evaluation.visit(other, evaluation);
    evaluation.budget.refusals = refusals;
    return charged(evaluation, tree, [value, rest]) ?? unified(value, rest);
  });
}
