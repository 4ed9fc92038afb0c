import { UsageError } from './terminal.ts';

/** Of a single option that is repeated the last counts; the parser would hand over a list. */
export const last = <T>(value: T | readonly T[]): T => [value].flat().at(-1) as T;

/** Checks the number of an option: greater than 0. */
export const positive = (option: string) => (given: number | readonly number[]) => {
  const value = last(given);
  if (!Number.isFinite(value) || value <= 0) throw new UsageError(`--${option} takes a number greater than 0`);
  return value;
};

/** Checks the number of an option: whole, from 1 up. */
export const whole = (option: string) => (given: number | readonly number[]) => {
  const value = last(given);
  if (!Number.isSafeInteger(value) || value <= 0) throw new UsageError(`--${option} takes a whole number from 1 up`);
  return value;
};
