import { validate } from './config.generated.ts';

/** One broken keyword of the schema, as the compiled validator reports it. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema that holds the keyword: it says what is allowed. */
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** The orchestrators that a config may name. */
export type OrchestratorKind =
  | 'spacelift'
  | 'hcp-terraform'
  | 'atlantis'
  | 'env0'
  | 'scalr'
  | 'terrateam'
  | 'digger'
  | 'github-actions'
  | 'gitlab';

/** A config as the schema admits it, before defaults: mirrors `config.schema.json`. */
export interface ConfigFile {
  readonly stacks?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly workspaces?: readonly { readonly match: string; readonly names: readonly string[] }[];
  readonly backendConfig?: readonly BackendConfigInFile[];
  readonly orchestrator?: {
    readonly kind: OrchestratorKind;
    readonly accounts?: readonly string[];
    readonly oidcHosts?: readonly string[];
    readonly inventory?: string;
  };
  readonly record?: string;
  readonly attestations?: string;
  readonly roles?: readonly {
    readonly match: string;
    readonly deploy: string;
    readonly phase?: 'plan' | 'apply' | 'both';
  }[];
  readonly emergency?: {
    readonly principals?: readonly { readonly arn: string; readonly via?: string }[];
    readonly roles?: readonly BreakGlassInFile[];
  };
  readonly escrow?: readonly EscrowInFile[];
  readonly rules?: RulesInFile;
  readonly waivers?: readonly {
    readonly rule: string;
    readonly stack: string;
    readonly reason: string;
    readonly owner: string;
    readonly expires: string;
  }[];
  readonly endpoints?: { readonly allow?: readonly string[] };
  readonly accounts?: readonly { readonly id: string; readonly assumeRole: string }[];
}

interface RuleSettings {
  readonly severity?: 'critical' | 'high' | 'medium' | 'low';
}

/** `rules` as written: a severity for any rule, and for some rules what they leave to the team. */
export type RulesInFile = Readonly<Record<string, RuleSettings>> & {
  readonly 'mfa-delete'?: RuleSettings & { readonly accept?: readonly ('object-lock' | 'deny-version-deletion')[] };
  readonly 'state-replicated'?: RuleSettings & { readonly accept?: readonly 'same-region'[] };
  readonly 'role-assumable'?: RuleSettings & { readonly accept?: readonly 'unread-organization-policies'[] };
  /** Whole numbers from 1 up. */
  readonly 'role-session-duration'?: RuleSettings & { readonly minSessionMinutes?: number };
  readonly 'role-recorded'?: RuleSettings & { readonly recordMaxAgeDays?: number };
  readonly 'emergency-tested'?: RuleSettings & { readonly drillMaxAgeDays?: number };
  /** Greater than 0. */
  readonly 'replica-in-sync'?: RuleSettings & { readonly maxLagMinutes?: number };
  /** A whole number from 1 up. */
  readonly 'state-retention'?: RuleSettings & { readonly retentionDays?: number };
};

/** Plain data in braces or brackets. */
export type StructuredData = readonly Data[] | { readonly [name: string]: Data };

type Data = string | number | boolean | null | StructuredData;

/** A `backendConfig` entry as written: at least one of `files` and `values`. */
export interface BackendConfigInFile {
  readonly match: string;
  readonly name?: string;
  readonly files?: readonly string[];
  readonly values?: Readonly<Record<string, string | number | boolean | StructuredData>>;
}

/** An `escrow` entry as written: SHA-256 sums in hexadecimal digits by the names of inputs. */
export interface EscrowInFile {
  readonly match: string;
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly where: string;
}

/** A break-glass entry as written: exactly one of `role` and `plan`. */
export type BreakGlassInFile =
  | { readonly match: string; readonly role: string }
  | { readonly match: string; readonly plan: string; readonly accepted?: boolean };

/** Either the value with its type, or everything that is wrong with it. */
export type Validated =
  | { readonly kind: 'valid'; readonly value: ConfigFile }
  | { readonly kind: 'invalid'; readonly errors: readonly SchemaError[] };

interface CompiledValidator {
  (data: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

/** Holds a value against the config schema. */
export function validateConfig(value: unknown): Validated {
  // The generated module carries no types; this is their one home.
  const compiled: CompiledValidator = validate;
  return compiled(value)
    ? { kind: 'valid', value: value as ConfigFile }
    : { kind: 'invalid', errors: compiled.errors ?? [] };
}
