import type { Gap } from './gap.ts';

/**
 * The answer to one question: known, or a gap with its cause. "Absent" (a 404 that means *not configured*) is a known
 * value; "unreadable" is a gap. There is no third form, so no default can stand in for something that was not read.
 */
export type Fact<T> = { readonly known: T } | { readonly gaps: readonly [Gap, ...Gap[]] };

/** A fact that was read. */
export const known = <T>(value: T): Fact<T> => ({ known: value });

/** A fact that could not be read, for one or more causes. */
export const unknown = (...gaps: readonly [Gap, ...Gap[]]): { readonly gaps: readonly [Gap, ...Gap[]] } => ({ gaps });

/** True when the fact was read. */
export const isKnown = <T>(fact: Fact<T>): fact is { readonly known: T } => 'known' in fact;
