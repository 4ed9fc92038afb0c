import type { Finding, Observation, Verdict } from './finding.ts';
import type { Problem } from './location.ts';
import type { Scenario, Severity } from './rule.ts';

/** The one disaster that was asked about: the orchestrator's loss, or that of the region with this name. */
export type Lost = 'orchestrator' | `region:${string}`;

/** The scenario that a named disaster is an instance of. */
export const scenarioOf = (lost: Lost): Scenario => (lost === 'orchestrator' ? 'orchestrator-loss' : 'region-loss');

/** Whether a finding counts: every one does, but where one disaster was asked about, those that bear on it. */
export const weighs = ({ scenarios }: Pick<Finding, 'scenarios'>, lost: Lost | null): boolean =>
  lost === null || scenarios.includes(scenarioOf(lost));

/** What a stack, or one disaster for it, comes to. */
export type Readiness = 'ready' | 'unready' | 'unknown';

/** One stack in the report. */
export interface StackReport {
  readonly id: string;
  readonly repository: string | null;
  readonly path: string;
  readonly workspace: string;
  /** The worse of the scenarios; where one disaster was asked about, that one's. */
  readonly readiness: Readiness;
  readonly scenarios: Readonly<Record<Scenario, Readiness>>;
  readonly state: {
    readonly backend: string;
    readonly bucket: string | null;
    readonly key: string | null;
    readonly region: string | null;
    /** Where the state is on a backend that is not looked into; null otherwise, and where it is not known. */
    readonly place: string | null;
    /** The resolved arguments of the backend, each with where it was found. */
    readonly arguments: readonly { readonly name: string; readonly value: string; readonly source: string }[];
    /** Where rules copy the state to; null where this run did not learn of it. */
    readonly replicas: readonly { readonly bucket: string; readonly region: string | null }[] | null;
  };
  readonly roles: readonly {
    readonly arn: string;
    readonly phase: 'plan' | 'apply' | 'both';
    readonly source: string;
  }[];
  readonly orchestrator: { readonly kind: string; readonly id: string } | null;
}

/** One rule as this run judged it: what a reader of findings needs to know of it. */
export interface RuleEntry {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly scenarios: readonly Scenario[];
  readonly why: string;
}

/** How many stacks, or findings, came to what. */
export interface Tally {
  readonly ready: number;
  readonly unready: number;
  readonly unknown: number;
}

/** The versioned output: the only thing that a renderer sees, and the API of the tool. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'dr-audit'; readonly version: string };
  readonly generatedAt: string;
  readonly asOf: string;
  readonly caller: {
    readonly arn: string | null;
    readonly accounts: readonly { readonly id: string; readonly read: boolean }[];
  };
  readonly scope: {
    readonly paths: readonly string[];
    readonly rules: 'all' | readonly string[];
    readonly static: boolean;
    readonly lost: Lost | null;
  };
  readonly summary: Tally & {
    readonly stacks: number;
    readonly readyByWaiver: number;
    /** Stacks that the disaster does not touch: they are not listed, judged or counted. 0 unless one was asked about. */
    readonly spared: number;
    /** The regions in which these have their states, sorted. */
    readonly sparedRegions: readonly string[];
    readonly scenarios: Readonly<Record<Scenario, Tally>>;
    readonly findings: Readonly<Record<Verdict, number>>;
  };
  readonly rules: readonly RuleEntry[];
  readonly stacks: readonly StackReport[];
  readonly findings: readonly Finding[];
  readonly observations: readonly Observation[];
  readonly problems: readonly Problem[];
}
