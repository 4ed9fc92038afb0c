import type { ArgumentSource, Backend } from '../../../model/backend.ts';
import type { SourceLocation } from '../../../model/location.ts';

/** One argument of a backend type that is looked at. */
export interface Argument {
  /** `bucket`; `endpoints.s3` for a member of an object or nested block. */
  readonly name: string;
  /** `required`: nobody finds the state without it. `locates`: it decides where the state is. `tells`: it helps people only. */
  readonly role: 'required' | 'locates' | 'tells';
  /** What the value is taken for; a text when absent. A URL loses user info and query before it is told; a map is JSON. */
  readonly kind?: 'bool' | 'url' | 'tags' | 'map';
  /** Older names of the same argument, asked after it. */
  readonly aliases?: readonly string[];
  /** Variables that stand in for the argument, first one first. */
  readonly environment?: readonly string[];
  /** What the tool takes when nobody says anything. */
  readonly fallback?: string;
  /** `counts`: an empty text is a value, and no environment or default stands in for it. */
  readonly empty?: 'counts';
  /** The only workspaces whose state it locates; all when absent. */
  readonly workspaces?: 'default' | 'named';
  /** `secret`: never told. `declared`: not told of the environment, where it is only the way of this machine. */
  readonly told?: 'secret' | 'declared';
}

/** A value in force, and where it was found. */
export interface Found {
  readonly text: string;
  readonly source: ArgumentSource;
}

/** Why the tool would refuse a backend, and where. */
export interface Refusal {
  readonly message: string;
  readonly location: SourceLocation | null;
}

/** The arguments of one backend block, looked up for one workspace. */
export interface Reading {
  readonly workspace: string;
  /** Null for what is absent, unevaluated or not of this type. */
  readonly find: (name: string) => Found | null;
  /** Why an argument that is given could not be evaluated; null where it is not given, or was. */
  readonly unevaluated: (name: string) => string | null;
  /** The text that `find` finds, empty where it finds none. */
  readonly text: (name: string) => string;
  /** The variable's value; null when it is not set, or set to nothing, which is the same to both tools. */
  readonly variable: (name: string) => string | null;
  /** A refusal at the argument. */
  readonly refuse: (name: string, message: string) => { readonly refusal: Refusal };
}

type Bare<B> = B extends Backend ? Omit<B, 'declaredAt' | 'arguments'> : never;

/** What a block means, without the parts that all types share; or why it means nothing. */
export type Meaning = Bare<Backend> | { readonly refusal: Refusal };

/** What there is to know about a type of backend. */
export interface BackendType {
  /** Every argument and nested block that Terraform 1.11 and later or OpenTofu 1.12 have in its schema. */
  readonly accepts: ReadonlySet<string>;
  /** What its nested blocks take, by block. */
  readonly nested?: Readonly<Record<string, ReadonlySet<string>>>;
  readonly arguments: readonly Argument[];
  /** Arguments of which one is required, and the name under which it is missing. */
  readonly anyOf?: { readonly name: string; readonly members: readonly string[] };
  /** Pairs of which only one may be given. */
  readonly conflicts?: readonly (readonly [string, string])[];
  /** What the tool refuses whatever else is missing; null when nothing. */
  readonly check?: (reading: Reading) => { readonly refusal: Refusal } | null;
  /** Called when no required or locating argument is missing. */
  readonly meaning: (reading: Reading) => Meaning;
}

/** The names in a text, which keeps long schemas readable. */
export const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
