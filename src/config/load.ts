import type { Problem } from '../model/location.ts';
import { type BreakGlassInFile, type ConfigFile, validateConfig } from '../schema/config.ts';
import { backendEntries } from './backend-entries.ts';
import { check } from './checks.ts';
import { type BreakGlassEntry, type Config, emptyConfig } from './config.ts';
import { expectationsOf } from './expectations.ts';
import { explain } from './explain.ts';
import { type ConfigError, type Parsed, parse } from './parse.ts';

/** A config file's text and what is to be held against it. */
export interface ConfigSource {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
  /** True only for a file that `--config` names: a file found in the audited tree may not choose where credentials go. */
  readonly trusted: boolean;
  /** The ids of all rules, in order. */
  readonly ruleIds: readonly string[];
}

/** A config that can be used, or everything that is wrong with the file. */
export type LoadedConfig =
  | { readonly kind: 'loaded'; readonly config: Config; readonly problems: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] };

// They decide who sees signed requests and which identities the auditor takes on.
const trustedOnly = ['endpoints', 'accounts'] as const;

const distrust = (value: ConfigFile, parsed: Parsed): readonly Problem[] =>
  trustedOnly
    .filter((key) => value[key] !== undefined)
    .map((key) => ({
      kind: 'config-not-trusted',
      message: `${key} is honoured only in a file named by --config; this one was found in the audited tree, so it is ignored`,
      location: parsed.keyAt([key]),
    }));

const breakGlass = (entry: BreakGlassInFile): BreakGlassEntry =>
  'role' in entry
    ? { kind: 'role', match: entry.match, role: entry.role }
    : { kind: 'plan', match: entry.match, plan: entry.plan, accepted: entry.accepted ?? false };

function withDefaults(value: ConfigFile, parsed: Parsed): Config {
  const { valueAt } = parsed;
  const rules = Object.entries(value.rules ?? {}).map(([id, { severity }]) => [id, { severity: severity ?? null }]);
  return {
    stacks: { ...emptyConfig.stacks, ...value.stacks },
    workspaces: (value.workspaces ?? []).map(({ match, names }, index) => ({
      match,
      names,
      location: valueAt(['workspaces', String(index)]),
    })),
    backendConfig: backendEntries(value.backendConfig ?? [], parsed),
    orchestrator: {
      kind: value.orchestrator?.kind ?? null,
      accounts: value.orchestrator?.accounts ?? [],
      oidcHosts: value.orchestrator?.oidcHosts ?? [],
      inventory: value.orchestrator?.inventory ?? null,
    },
    record: value.record ?? null,
    attestations: value.attestations ?? null,
    roles: (value.roles ?? []).map(({ match, deploy, phase = 'both' }, index) => ({
      match,
      deploy,
      phase,
      location: valueAt(['roles', String(index)]),
    })),
    emergency: {
      principals: value.emergency?.principals ?? [],
      roles: (value.emergency?.roles ?? []).map(breakGlass),
    },
    escrow: (value.escrow ?? []).map((entry, index) => ({ ...entry, location: valueAt(['escrow', String(index)]) })),
    rules: Object.fromEntries(rules),
    expected: expectationsOf(value.rules ?? {}),
    waivers: (value.waivers ?? []).map((waiver, index) => ({
      ...waiver,
      location: valueAt(['waivers', String(index)]),
    })),
    endpoints: { allow: value.endpoints?.allow ?? [] },
    accounts: value.accounts ?? [],
  };
}

/** As the file has them, each once: a number where one of some words belongs breaks two keywords and is one mistake. */
const inOrder = (errors: readonly ConfigError[]): readonly ConfigError[] => {
  const distinct = new Map(errors.map((error) => [configErrorText(error), error]));
  return [...distinct.values()].sort((a, b) => a.line - b.line || a.column - b.column);
};

/** `dr-audit.yaml:7:3: unknown key …`, one error as one line. */
export const configErrorText = ({ file, line, column, message }: ConfigError): string =>
  `${file}:${line}:${column}: ${message}`;

/** Reads a config: every error at once with its place, or the config with all defaults and what was not honoured. */
export function loadConfig({ text, file, trusted, ruleIds }: ConfigSource): LoadedConfig {
  const parsed = parse(text, file);
  if (parsed.kind === 'invalid') return parsed;
  // An empty file, or one of comments only, is a config that asks for nothing.
  const value = parsed.value ?? {};
  const validated = validateConfig(value);
  const broken = validated.kind === 'invalid' ? explain(validated.errors, parsed) : [];
  const errors = inOrder([...broken, ...check(value, parsed, ruleIds)]);
  if (validated.kind === 'invalid' || errors.length > 0) return { kind: 'invalid', errors };
  if (trusted) return { kind: 'loaded', config: withDefaults(validated.value, parsed), problems: [] };
  const { endpoints: _endpoints, accounts: _accounts, ...honoured } = validated.value;
  return {
    kind: 'loaded',
    config: withDefaults(honoured, parsed),
    problems: distrust(validated.value, parsed),
  };
}
