import type { Config } from '../config/config.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Problem } from '../model/location.ts';
import type { BreakGlass, NamedRole, Stack, UnnamedRole } from '../model/subject.ts';
import type { BackendConfiguration } from '../terraform/backend/configurations.ts';
import type { ProviderRoles } from '../terraform/providers.ts';
import type { RootModule } from '../terraform/roots.ts';
import { matcher } from './matcher.ts';

/** Entries of the config that speak of no stack: a renamed directory, or a pattern that never matched. */
export function unmatched(config: Config, paths: readonly string[]): readonly Problem[] {
  const { roles, emergency, waivers, backendConfig, workspaces } = config;
  const entries = [
    ...workspaces.map(({ match, location }) => ({ what: 'workspaces', glob: match, location })),
    ...backendConfig.map(({ match, location }) => ({ what: 'backendConfig', glob: match, location })),
    ...roles.map(({ match, location }) => ({ what: 'roles', glob: match, location })),
    ...emergency.roles.map(({ match }) => ({ what: 'emergency.roles', glob: match, location: null })),
    ...waivers.map(({ stack, location }) => ({ what: 'waivers', glob: stack, location })),
  ];
  return entries
    .filter(({ glob }) => !paths.some(matcher([glob])))
    .map(({ what, glob, location }) => ({
      kind: 'config-unmatched',
      message: `the pattern "${glob}" under ${what} matches no stack`,
      ...(location ? { location } : {}),
    }));
}

const matches = (glob: string, path: string): boolean => matcher([glob])(path);

// Spacelift is the orchestrator that the audit is written for; another is named in the config.
const defaultOrchestrator = 'spacelift';

/** `path@workspace#variant`, without what is not named. */
export const stackId = (path: string, { workspace, variant }: Pick<Stack, 'workspace' | 'variant'>): string =>
  `${path}${workspace === 'default' ? '' : `@${workspace}`}${variant === null ? '' : `#${variant}`}`;

/** Joins what the code declares and what the config says into one list of stacks, every role with its source. */
export function mergeStacks(roots: readonly RootModule[], config: Config, repository: string | null): readonly Stack[] {
  return roots.flatMap((root) => {
    const shared = {
      kind: 'stack',
      repository,
      path: root.path,
      workspacesNamed: config.workspaces.some(({ match }) => matches(match, root.path)),
      emergencyPrincipals: config.emergency.principals,
      breakGlass: breakGlassOf(root, config),
      // Attestations are read where files are: what they say of a stack is added there.
      drills: known([]),
      orchestrator: config.orchestrator.kind ?? defaultOrchestrator,
      orchestratorMarks: { accounts: config.orchestrator.accounts, oidcHosts: config.orchestrator.oidcHosts },
      location: root.location,
    } as const;
    const variants = new Set(root.configurations.map(({ variant }) => variant));
    return root.configurations.map((configuration): Stack => {
      const { workspace, backend } = configuration;
      // A name tells several configurations of one root module apart; one alone is the stack itself.
      const variant = variants.size > 1 ? configuration.variant : null;
      const id = stackId(root.path, { workspace, variant });
      const rolesOf = (roles: ProviderRoles) => ({
        namedRoles: namedRoles({ path: root.path, roles }, configuration, config),
        unnamedRoles: config.roles.some(({ match }) => matches(match, root.path)) ? [] : roles.unnamed,
      });
      const inOtherWorkspaces = rolesOf(root.otherRoles);
      const own = rolesOf(root.roles.get(workspace) ?? root.otherRoles);
      return { ...shared, ...own, id, workspace, variant, backend, inOtherWorkspaces };
    });
  });
}

/** The role that the backend itself assumes: without it nobody reads the state. */
function backendRoles({ backend }: BackendConfiguration): readonly NamedRole[] {
  if (!isKnown(backend)) return [];
  return backend.known.arguments
    .filter(({ name }) => name === 'assume_role.role_arn' || name === 'assume_role_with_web_identity.role_arn')
    .map(({ value, source: { text, location } }) => ({
      arn: value,
      phase: 'both',
      use: 'state',
      source: `backend, ${text}`,
      ...(location && { location }),
    }));
}

function namedRoles(
  { path, roles }: { readonly path: string; readonly roles: ProviderRoles },
  configuration: BackendConfiguration,
  config: Config,
): Fact<readonly NamedRole[]> {
  const configured = config.roles
    .filter(({ match }) => matches(match, path))
    .map(
      ({ deploy, phase, location }): NamedRole => ({
        arn: deploy,
        phase,
        use: 'deploy',
        source: `roles in ${location.file}`,
        location,
      }),
    );
  const byArn = new Map(
    [...backendRoles(configuration), ...roles.roles, ...configured].map((role) => [role.arn, role]),
  );
  if (byArn.size > 0) return known([...byArn.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)));
  const detail = `neither the code nor the config names a role${unreadText(roles.unnamed)}`;
  return unknown({ fact: 'stack.roles', cause: 'role-not-named', detail });
}

const most = 2;

/** An expression that says something of the ARN says more than one that is all conditions. */
const tellsMore = (a: UnnamedRole, b: UnnamedRole): number =>
  Number(b.pattern.startsWith('arn:')) - Number(a.pattern.startsWith('arn:'));

function unreadText(unnamed: readonly UnnamedRole[]): string {
  if (unnamed.length === 0) return '';
  const shown = [...unnamed].sort(tellsMore).slice(0, most);
  const more = unnamed.length > most ? ` and ${unnamed.length - most} more` : '';
  const patterns = shown.map(({ pattern }) => (pattern.length > 100 ? `${pattern.slice(0, 99)}…` : pattern));
  return `; the code names ${patterns.join(', ')}${more}, which only the tool can evaluate`;
}

const breakGlassOf = ({ path }: RootModule, { emergency }: Config): readonly BreakGlass[] =>
  emergency.roles
    .filter(({ match }) => matches(match, path))
    .map(
      (entry): BreakGlass =>
        entry.kind === 'role'
          ? { kind: 'role', arn: entry.role }
          : { kind: 'planned', plan: entry.plan, accepted: entry.accepted },
    );
