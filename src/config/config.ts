import { defaultExpectations, type Expectations } from '../model/expectations.ts';
import type { Waiver } from '../model/finding.ts';
import type { SourceLocation } from '../model/location.ts';
import type { Severity } from '../model/rule.ts';
import type { EmergencyPrincipal } from '../model/subject.ts';
import type { OrchestratorKind, StructuredData } from '../schema/config.ts';

/** The workspaces of the root modules whose path matches. */
interface WorkspacesEntry {
  readonly match: string;
  /** At least one, each once; `default` is one like others. */
  readonly names: readonly string[];
  readonly location: SourceLocation;
}

/**
 * What `terraform init` gets as `-backend-config` in the root modules whose path matches: first the files in their order, then
 * the values, each over what came before. Placeholders (`{path}`, `{name}`, `{parent}`) stand there as they were written.
 */
export interface BackendConfigEntry {
  readonly match: string;
  /** Tells apart the backends of one root module; null when the entry has none. */
  readonly name: string | null;
  /** Paths relative to the config file. */
  readonly files: readonly { readonly path: string; readonly location: SourceLocation }[];
  /** Scalars as the text of a command line, objects and lists as plain data. None is a credential. */
  readonly values: readonly {
    readonly name: string;
    readonly text: string | StructuredData;
    readonly location: SourceLocation;
  }[];
  readonly location: SourceLocation;
}

/** A deployment role for the stacks whose id matches. */
interface RoleEntry {
  readonly match: string;
  readonly deploy: string;
  readonly phase: 'plan' | 'apply' | 'both';
  readonly location: SourceLocation;
}

/** A break-glass role, or a plan to create one, for the stacks whose id matches. */
export type BreakGlassEntry =
  | { readonly kind: 'role'; readonly match: string; readonly role: string }
  | { readonly kind: 'plan'; readonly match: string; readonly plan: string; readonly accepted: boolean };

/** Copies of inputs of the stacks whose path matches. */
interface EscrowEntry {
  readonly match: string;
  /** SHA-256 in hexadecimal digits by name; null where nobody has computed it. */
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly where: string;
  readonly location: SourceLocation;
}

/** A waiver for the findings of one rule on the stacks whose id matches; whether it has expired is not decided here. */
interface WaiverEntry extends Waiver {
  readonly rule: string;
  /** A glob over stack ids. */
  readonly stack: string;
  readonly location: SourceLocation;
}

/** The role through which the auditor reads one account. */
interface AccountEntry {
  readonly id: string;
  readonly assumeRole: string;
}

/** A config file with every default filled in: pure data, globs as they were written. */
export interface Config {
  readonly stacks: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly workspaces: readonly WorkspacesEntry[];
  readonly backendConfig: readonly BackendConfigEntry[];
  readonly orchestrator: {
    readonly kind: OrchestratorKind | null;
    readonly accounts: readonly string[];
    readonly oidcHosts: readonly string[];
    /** `api`, or a file relative to the config file; null where the config names none. */
    readonly inventory: string | null;
  };
  /** The committed record, relative to the config file; null where the config does not name it. */
  readonly record: string | null;
  /** The directory with the results of drills, relative to the config file; null without one. */
  readonly attestations: string | null;
  readonly roles: readonly RoleEntry[];
  readonly emergency: {
    readonly principals: readonly EmergencyPrincipal[];
    readonly roles: readonly BreakGlassEntry[];
  };
  readonly escrow: readonly EscrowEntry[];
  /** By rule id; only rules that the config mentions. */
  readonly rules: Readonly<Record<string, { readonly severity: Severity | null }>>;
  /** What the rules leave to the team. */
  readonly expected: Expectations;
  readonly waivers: readonly WaiverEntry[];
  /** Empty unless the file was named by `--config`. */
  readonly endpoints: { readonly allow: readonly string[] };
  /** Empty unless the file was named by `--config`. */
  readonly accounts: readonly AccountEntry[];
}

/** What applies without a config file. */
export const emptyConfig: Config = {
  stacks: { include: ['**'], exclude: [] },
  workspaces: [],
  backendConfig: [],
  orchestrator: { kind: null, accounts: [], oidcHosts: [], inventory: null },
  record: null,
  attestations: null,
  roles: [],
  emergency: { principals: [], roles: [] },
  escrow: [],
  rules: {},
  expected: defaultExpectations,
  waivers: [],
  endpoints: { allow: [] },
  accounts: [],
};
