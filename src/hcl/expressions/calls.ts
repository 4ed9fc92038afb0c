import { kindOf } from './conversion.ts';
import { type Datum, isSequence, Refused, Unevaluated } from './datum.ts';
import { attempted, bounded, charged, type Evaluation, refused, unknown } from './evaluation.ts';
import { combined, obstructed } from './obstacles.ts';
import type { Tree, TreeOf } from './tree.ts';

type Call = TreeOf<'call'>;

// What a call may cost beyond walking its parameters: a pattern, a long text.
const STEPS_OF_CALL = 50;

/** Evaluates a parameter, and forgets what the tool refuses in it once that is said. */
async function tested(tree: Tree, evaluation: Evaluation): Promise<{ datum: Datum; fails: boolean }> {
  const { budget } = evaluation;
  const before = budget.refusals;
  const datum = await evaluation.visit(tree, evaluation);
  const fails = budget.refusals > before;
  budget.refusals = before;
  return { datum, fails };
}

/** `try`: the first parameter that the tool does not refuse, whether its value is known here or not. */
async function evaluateTry(tree: Call, evaluation: Evaluation): Promise<Datum> {
  for (const parameter of tree.parameters) {
    const { datum, fails } = await tested(parameter, evaluation);
    if (!fails) return datum;
  }
  return refused(evaluation, tree, 'every parameter of "try" fails');
}

/** `can`: whether the tool does not refuse the parameter. */
async function evaluateCan(tree: Call, evaluation: Evaluation): Promise<Datum> {
  const [parameter, second] = tree.parameters;
  if (!parameter || second) return refused(evaluation, tree, '"can" has one parameter');
  const { datum, fails } = await tested(parameter, evaluation);
  if (fails) return false;
  return obstructed([datum]) ?? true;
}

/** The values of the parameters, with the members of the last one in its place when it is expanded. */
async function parametersOf(tree: Call, evaluation: Evaluation): Promise<readonly Datum[] | Unevaluated> {
  const data: Datum[] = [];
  for (const parameter of tree.parameters) data.push(await evaluation.visit(parameter, evaluation));
  const failed = combined(data.filter((datum) => datum instanceof Refused));
  if (failed) return failed;
  if (!tree.expands) return data;
  const last = data.pop() ?? null;
  if (last instanceof Unevaluated) return combined([last]) ?? last;
  return isSequence(last) ? [...data, ...last] : refused(evaluation, tree, `"..." expands a list, not ${kindOf(last)}`);
}

/** A call of a function of the scope; `try` and `can` are forms of the language, since they see how a parameter fails. */
export async function evaluateCall(tree: Call, evaluation: Evaluation): Promise<Datum> {
  const name = tree.name.replace(/^core::/, '');
  const called = evaluation.scope.functions.get(name);
  // A scope without functions has no `try` either.
  if (evaluation.scope.functions.size > 0 && !tree.expands) {
    if (name === 'try') return evaluateTry(tree, evaluation);
    if (name === 'can') return evaluateCan(tree, evaluation);
  }
  if (!called) return unknown(evaluation, tree, `the function "${tree.name}" is not evaluated here`);
  evaluation.budget.steps -= STEPS_OF_CALL;
  const parameters = await parametersOf(tree, evaluation);
  if (parameters instanceof Unevaluated) return parameters;
  const spent = charged(evaluation, tree, parameters);
  if (spent) return spent;
  return bounded(evaluation, tree, await attempted(evaluation, tree, () => called(parameters)));
}
