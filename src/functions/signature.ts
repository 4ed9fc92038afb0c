import { toNumber, toText } from '../hcl/expressions/conversion.ts';
import { type Datum, isMembers, isSequence, type Members, Unevaluated } from '../hcl/expressions/datum.ts';
import { LONGEST_TEXT, MOST_MEMBERS } from '../hcl/expressions/evaluation.ts';
import { combined, obstructed } from '../hcl/expressions/obstacles.ts';
import { CallFailure, type HclFunction, Undecided } from '../hcl/expressions/scope.ts';

/** What a function does with parameters whose number is right. */
export type Body = (parameters: readonly Datum[]) => Datum;

/** The least and the greatest number of parameters. */
export type Arity = readonly [least: number, most: number];

function checkArity(parameters: readonly Datum[], [least, most]: Arity): void {
  const count = parameters.length;
  if (count < least) throw new CallFailure(`at least ${least} parameters are required, not ${count}`);
  if (count > most) throw new CallFailure(`at most ${most} parameters are allowed, not ${count}`);
}

/** A function that needs its parameters whole: unevaluated when anything in them is. */
export function whole(arity: Arity, body: Body): HclFunction {
  return (parameters) => {
    checkArity(parameters, arity);
    return obstructed(parameters) ?? body(parameters);
  };
}

/** A function that moves members about without looking at them, so that some may be unevaluated; the parameters may not. */
export function shallow(arity: Arity, body: Body): HclFunction {
  return (parameters) => {
    checkArity(parameters, arity);
    return combined(parameters.filter((parameter) => parameter instanceof Unevaluated)) ?? body(parameters);
  };
}

/** The parameter at an index; null when it is left out. */
export const parameter = (parameters: readonly Datum[], index: number): Datum => parameters[index] ?? null;

/** The text of the parameter at an index. */
export const text = (parameters: readonly Datum[], index: number): string => toText(parameter(parameters, index));

/** The number of the parameter at an index. */
export const number = (parameters: readonly Datum[], index: number): number => toNumber(parameter(parameters, index));

/** The whole number of the parameter at an index. */
export function integer(parameters: readonly Datum[], index: number): number {
  const value = number(parameters, index);
  if (!Number.isInteger(value)) throw new CallFailure('a whole number is required');
  return value;
}

/** A list, set or tuple. */
export function sequence(datum: Datum): readonly Datum[] {
  if (!isSequence(datum)) throw new CallFailure('a list is required');
  return datum;
}

/** An object or map. */
export function members(datum: Datum): Members {
  if (!isMembers(datum)) throw new CallFailure('an object or map is required');
  return datum;
}

/** A list of strings. */
export const texts = (datum: Datum): readonly string[] => sequence(datum).map(toText);

/** Refuses to build what is larger than is kept, before it is built. */
export function checkSize(size: number, of: 'characters' | 'members'): void {
  if (size > (of === 'characters' ? LONGEST_TEXT : MOST_MEMBERS)) {
    throw new Undecided('the result is larger than is kept here');
  }
}
