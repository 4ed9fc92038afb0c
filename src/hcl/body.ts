/** A half-open range of UTF-16 offsets into the scanned text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The value of an attribute, as far as it is known without evaluating anything.
 * Everything that is not one plain literal is an `expression`; `structure` is an object or array that JSON spells out.
 */
export type Value = Span &
  (
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'null' }
    | { readonly kind: 'structure'; readonly value: unknown }
    | { readonly kind: 'expression' }
  );

/** `name = value`; the span covers both. */
export interface Attribute extends Span {
  readonly name: string;
  readonly value: Value;
}

/** `type "label" … { body }`; the span runs from the type to the closing brace. */
export interface Block extends Span {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
}

/** What stands between two braces, or in a file. */
export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

/** Why reading stopped, and where. */
interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

/** One text, read up to its end or its first error; `body` holds everything before that, unclosed blocks included. */
export interface Scan {
  readonly body: Body;
  /** The deepest nesting of blocks, brackets and templates. */
  readonly depth: number;
  readonly error: SyntaxFault | null;
}
