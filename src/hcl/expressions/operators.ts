import { equal, toBool, toNumber } from './conversion.ts';
import { type Datum, isMembers, isSequence } from './datum.ts';
import { calculate, isExact } from './decimal.ts';
import { attempted, charged, type Evaluation } from './evaluation.ts';
import { obstructed } from './obstacles.ts';
import { Undecided } from './scope.ts';
import type { BinaryOperator, Tree, TreeOf } from './tree.ts';

/** Terraform prints a negative zero as `-0`, which is too rare to follow. */
function withoutSign(result: number): number {
  if (result === 0) throw new Undecided('the sign of zero is not kept here');
  return result;
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: number, right: number): number {
  // Some versions of cty have infinity here, others an error.
  if (right === 0 && (operator === '/' || operator === '%')) throw new Undecided('it divides by zero');
  const result = calculate(operator, left, right);
  if (result === null) throw new Undecided('the result has more digits than are kept here');
  const signed = '*/%'.includes(operator) && (left < 0 || right < 0);
  return signed ? withoutSign(result) : result;
}

// Whether a list is one of strings, a tuple or a set is not kept, and only values of one type are equal.
function isSpelledOut(tree: Tree): boolean {
  if (tree.kind === 'tuple') return tree.items.every(isSpelledOut);
  if (tree.kind === 'object') return tree.entries.every(({ value }) => isSpelledOut(value));
  return tree.kind === 'literal' || tree.kind === 'template';
}

function isEqual(left: Datum, right: Datum, { left: one, right: other }: TreeOf<'binary'>): boolean {
  if ([left, right].some((side) => typeof side === 'number' && !isExact(side))) {
    throw new Undecided('the number has more digits than are kept here');
  }
  if (!equal(left, right)) return false;
  const typed = isSequence(left) || isMembers(left);
  if (typed && !(isSpelledOut(one) && isSpelledOut(other))) {
    throw new Undecided('whether these are equal depends on their types, which are not kept here');
  }
  return true;
}

function compared(operator: '<' | '<=' | '>' | '>=', left: number, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function operated(operator: Exclude<BinaryOperator, '==' | '!='>, left: Datum, right: Datum): Datum {
  switch (operator) {
    case '||':
      return [toBool(left), toBool(right)].includes(true);
    case '&&':
      return ![toBool(left), toBool(right)].includes(false);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(operator, toNumber(left), toNumber(right));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, toNumber(left), toNumber(right));
  }
}

/** Both operands are evaluated, whatever the first one is: HCL has no short circuit. */
export async function evaluateBinary(tree: TreeOf<'binary'>, evaluation: Evaluation): Promise<Datum> {
  const left = await evaluation.visit(tree.left, evaluation);
  const right = await evaluation.visit(tree.right, evaluation);
  const { operator } = tree;
  const obstacle = charged(evaluation, tree, [left, right]) ?? obstructed([left, right]);
  if (obstacle) return obstacle;
  return attempted(evaluation, tree, () => {
    if (operator === '==') return isEqual(left, right, tree);
    if (operator === '!=') return !isEqual(left, right, tree);
    return operated(operator, left, right);
  });
}

/** `-` for numbers, `!` for booleans. */
export async function evaluateUnary(tree: TreeOf<'unary'>, evaluation: Evaluation): Promise<Datum> {
  const operand = await evaluation.visit(tree.operand, evaluation);
  const obstacle = obstructed([operand]);
  if (obstacle) return obstacle;
  return attempted(evaluation, tree, () =>
    tree.operator === '!' ? !toBool(operand) : withoutSign(-toNumber(operand)),
  );
}
