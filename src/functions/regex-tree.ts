/** Ranges of code points, both ends included. */
export type Ranges = readonly (readonly [number, number])[];

/** A parsed regular expression in the syntax of RE2, which is what Terraform has. */
export type Regex =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly ranges: Ranges; readonly negated: boolean; readonly ignoreCase: boolean }
  | {
      readonly kind: 'assert';
      readonly what: 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'no-word';
    }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly parts: readonly Regex[] }
  | { readonly kind: 'group'; readonly index: number; readonly inner: Regex }
  | {
      readonly kind: 'repeat';
      readonly inner: Regex;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

/** A regular expression with the names of its groups, in their order; null for one without. */
export interface Pattern {
  readonly regex: Regex;
  readonly names: readonly (string | null)[];
}
