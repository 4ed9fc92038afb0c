import type { Obstacle } from '../hcl/expressions/datum.ts';
import type { Problem, SourceLocation } from '../model/location.ts';
import type { NamedRole, UnnamedRole } from '../model/subject.ts';
import type { EffectiveBackend } from '../terraform/backend/effective.ts';

/** Where Terragrunt makes one unit keep its state. */
export type UnitBackend =
  /**
   * `remote_state`: Terragrunt writes the block into the file `generates`, or with null hands the arguments to `init`, and the
   * module must then have an empty backend block of the type.
   */
  | { readonly kind: 'remote-state'; readonly effective: EffectiveBackend; readonly generates: string | null }
  /** The contents of a `generate` block declare it; `generates` is the file that they are written to. */
  | { readonly kind: 'generated'; readonly effective: EffectiveBackend; readonly generates: string }
  /** Terragrunt says nothing: the module's own files decide. */
  | { readonly kind: 'module' }
  /** What would say it cannot be read or evaluated. */
  | { readonly kind: 'unknown'; readonly obstacles: readonly [Obstacle, ...Obstacle[]] };

/** The module that a unit runs. */
export type ModuleSource =
  /** No `terraform.source`: the unit's own directory. */
  | { readonly kind: 'own' }
  /** A directory relative to the audited root. */
  | { readonly kind: 'local'; readonly path: string }
  /** A directory outside the audited root. */
  | { readonly kind: 'outside'; readonly text: string }
  /** Something that is downloaded: a git or registry address. */
  | { readonly kind: 'remote'; readonly text: string }
  | {
      readonly kind: 'unknown';
      readonly obstacles: readonly [Obstacle, ...Obstacle[]];
      readonly pattern: string | null;
    };

/** The roles that Terragrunt itself assumes for a unit, or that the provider blocks assume which it generates. */
export interface UnitRoles {
  readonly named: readonly NamedRole[];
  readonly unnamed: readonly UnnamedRole[];
}

/** One unit: a directory whose `terragrunt.hcl` Terragrunt would run. */
export interface Unit {
  /** The directory relative to the audited root. */
  readonly path: string;
  readonly backend: UnitBackend;
  readonly source: ModuleSource;
  readonly roles: UnitRoles;
  readonly problems: readonly Problem[];
  /** Its own configuration file. */
  readonly location: SourceLocation | null;
}
