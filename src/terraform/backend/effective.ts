import type { Datum } from '../../hcl/expressions/datum.ts';
import type { ArgumentSource, Candidate } from '../../model/backend.ts';
import type { SourceLocation } from '../../model/location.ts';

/** The value of one argument that is in force, and where it was found. */
export interface EffectiveArgument {
  /** May be unevaluated, or hold unevaluated parts. Nested blocks, such as `workspaces` of `cloud`, are members. */
  readonly value: Datum;
  readonly source: ArgumentSource;
  /** Written as a nested block, which only some types take. */
  readonly block?: true;
}

/** The arguments in force by name: later sources have replaced earlier ones, argument by argument. */
export type EffectiveArguments = ReadonlyMap<string, EffectiveArgument>;

/** A backend block with everything that completes it, before it is taken for what its type means. */
export interface EffectiveBackend {
  /** The label, `cloud` for a `cloud` block. */
  readonly type: string;
  readonly declaredAt: SourceLocation | null;
  readonly arguments: EffectiveArguments;
  /** What else might complete it; only told when something is missing. */
  readonly candidates: readonly Candidate[];
}
