import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import { obstructed } from '../hcl/expressions/obstacles.ts';
import { CallFailure, type HclFunction } from '../hcl/expressions/scope.ts';

/** A function of texts alone, with how many it takes; what is not known of them is not known of the result. */
export function ofTexts(
  [least, most]: readonly [number, number],
  run: (texts: readonly string[]) => Datum | Promise<Datum>,
): HclFunction {
  return (parameters) => {
    const unknown = obstructed(parameters);
    if (unknown) return unknown;
    if (parameters.length < least || parameters.length > most) {
      throw new CallFailure(`it takes ${least === most ? least : `${least} to ${most}`} parameters`);
    }
    return run(parameters.map(textOf));
  };
}

/** A parameter as text, converted as cty converts primitive values. */
export function textOf(datum: Datum): string {
  if (typeof datum === 'string') return datum;
  if (typeof datum === 'number' || typeof datum === 'boolean') return String(datum);
  throw new CallFailure('it takes texts only');
}

/** True where nothing of a value is known, so that a function can only pass it on. */
export const isOpen = (datum: Datum | undefined): datum is Unevaluated => datum instanceof Unevaluated;
