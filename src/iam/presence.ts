import type { Call } from './call.ts';

/** Which values AWS accepts for something that the caller chooses. */
export interface Domain {
  readonly character: RegExp;
  readonly shortest: number;
  readonly longest: number;
}

/** One way a condition key may be in the request: absent, with these values, or with one that is not known. */
export type Presence =
  | { readonly is: 'absent' }
  | { readonly is: 'values'; readonly values: readonly string[] }
  | { readonly is: 'some'; readonly domain: Domain | null };

/** Every way a key may be in a call, on what is known of it. */
export type Reading = (call: Call) => readonly Presence[];

/** The key is not in the request. */
export const ABSENT: Presence = { is: 'absent' };
/** The key is in the request, with a value that is not known. */
export const SOME: Presence = { is: 'some', domain: null };
/** The key is in the request with this value. */
export const value = (text: string): Presence => ({ is: 'values', values: [text] });

/** A fact that is known, known to be absent, or neither. */
export const fact = (known: string | null | undefined): readonly Presence[] => {
  if (known === undefined) return [ABSENT, SOME];
  return [known === null ? ABSENT : value(known)];
};
