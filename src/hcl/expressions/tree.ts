import type { Span } from '../body.ts';

/** The operators with two operands, as `hclsyntax/expression_ops.go` has them. */
export type BinaryOperator = '||' | '&&' | '==' | '!=' | '>' | '>=' | '<' | '<=' | '+' | '-' | '*' | '/' | '%';

/** One `key = value` of an object; a bare word as key is a literal. */
export interface ObjectEntry {
  readonly key: Tree;
  readonly value: Tree;
}

/** `for` in brackets, in braces (then it has a `resultKey`), or as a directive of a template. */
export interface ForTree {
  readonly kind: 'for';
  readonly keyName: string | null;
  readonly valueName: string;
  readonly collection: Tree;
  readonly resultKey: Tree | null;
  readonly result: Tree;
  /** True for `value...`: the values of one key are gathered. */
  readonly grouped: boolean;
  readonly condition: Tree | null;
}

/** A parsed expression; offsets count UTF-16 units in the whole text. */
export type Tree = Span &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    /** A quoted string, a heredoc or the inside of a directive: the texts of its parts, one behind the other. */
    | { readonly kind: 'template'; readonly parts: readonly Tree[] }
    /** A template that is one interpolation: the value as it is, not as text. */
    | { readonly kind: 'wrapped'; readonly inner: Tree }
    /** The `for` directive of a template: the texts of its turns. */
    | { readonly kind: 'joined'; readonly loop: Tree }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'attribute'; readonly object: Tree; readonly name: string }
    | { readonly kind: 'index'; readonly collection: Tree; readonly key: Tree }
    /** `collection[*]` with what follows it, in which `item` stands for one member. */
    | { readonly kind: 'splat'; readonly collection: Tree; readonly each: Tree }
    | { readonly kind: 'item' }
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly parameters: readonly Tree[];
        /** True for `f(list...)`. */
        readonly expands: boolean;
      }
    | { readonly kind: 'conditional'; readonly condition: Tree; readonly yes: Tree; readonly no: Tree }
    | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Tree }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Tree; readonly right: Tree }
    | { readonly kind: 'parentheses'; readonly inner: Tree }
    | { readonly kind: 'tuple'; readonly items: readonly Tree[] }
    | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[] }
    | ForTree
    /** Grammatical, but refused whenever it is evaluated. */
    | { readonly kind: 'refused'; readonly why: string }
  );

/** A tree of one kind. */
export type TreeOf<K extends Tree['kind']> = Extract<Tree, { readonly kind: K }>;
