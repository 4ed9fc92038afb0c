import type { Config } from '../config/config.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';
import type { Escrow } from '../model/record.ts';
import type { BreakGlass, NamedRole, Stack, UnnamedRole } from '../model/subject.ts';
import { noPlaces, type Places } from '../orchestrator/places.ts';
import { workspaceOf } from '../orchestrator/steering.ts';
import { unlisted } from '../orchestrator/unlisted.ts';
import type { BackendConfiguration } from '../terraform/backend/configurations.ts';
import type { ProviderRoles } from '../terraform/providers.ts';
import type { RootModule } from '../terraform/roots.ts';
import { inventoryOf, inventoryRoles } from './listing.ts';
import { matcher } from './matcher.ts';

/** Entries of the config that speak of no stack: a renamed directory, or a pattern that never matched. */
export function unmatched(config: Config, paths: readonly string[]): readonly Problem[] {
  const { roles, emergency, waivers, backendConfig, workspaces, escrow } = config;
  const entries = [
    ...workspaces.map(({ match, location }) => ({ what: 'workspaces', glob: match, location })),
    ...backendConfig.map(({ match, location }) => ({ what: 'backendConfig', glob: match, location })),
    ...roles.map(({ match, location }) => ({ what: 'roles', glob: match, location })),
    ...emergency.roles.map(({ match }) => ({ what: 'emergency.roles', glob: match, location: null })),
    ...escrow.map(({ match, location }) => ({ what: 'escrow', glob: match, location })),
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

/** What the config, the repository and the inventory say of all stacks. */
export interface Surroundings {
  readonly config: Config;
  readonly repository: string | null;
  readonly places: Places;
  /** AWS accounts from which the orchestrator says that it assumes roles. */
  readonly awsAccounts: readonly string[];
  /** An inventory was read: what it does not list, it does not have. */
  readonly listed: boolean;
}

/** What there is without an inventory. */
export const notListed: Pick<Surroundings, 'places' | 'awsAccounts' | 'listed'> = {
  places: noPlaces,
  awsAccounts: [],
  listed: false,
};

/** What the config alone says of the stacks at a path. */
const configured = (path: string, { config, repository, awsAccounts }: Surroundings) =>
  ({
    kind: 'stack',
    repository,
    path,
    emergencyPrincipals: config.emergency.principals,
    breakGlass: breakGlassOf(path, config),
    escrow: escrowOf(path, config),
    // Attestations and the record are read where files are: what they say of a stack is added there.
    drills: known([]),
    record: unlisted.record,
    orchestrator: config.orchestrator.kind ?? defaultOrchestrator,
    orchestratorMarks: {
      accounts: [...new Set([...config.orchestrator.accounts, ...awsAccounts])],
      oidcHosts: config.orchestrator.oidcHosts,
    },
  }) as const;

/** Joins what the code declares, what the config says and what the inventory lists: every role with its source. */
export function mergeStacks(roots: readonly RootModule[], around: Surroundings): readonly Stack[] {
  const { config, places } = around;
  return roots.flatMap((root) => {
    const { path } = root;
    const running = places.here.get(path) ?? [];
    const shared = {
      ...configured(path, around),
      workspacesNamed:
        config.workspaces.some(({ match }) => matches(match, path)) ||
        running.some((stack) => !['default', null].includes(workspaceOf(stack))),
      needs: root.needs,
      location: root.location,
    };
    const variants = new Set(root.configurations.map(({ variant }) => variant));
    return root.configurations.map((configuration): Stack => {
      const { workspace, backend } = configuration;
      // A name tells several configurations of one root module apart; one alone is the stack itself.
      const variant = variants.size > 1 ? configuration.variant : null;
      const id = stackId(path, { workspace, variant });
      const found = inventoryOf({ path, workspace, variant }, places);
      const inventory = isKnown(found) && found.known === null && !around.listed ? unlisted.inventory : found;
      const rolesOf = (roles: ProviderRoles) => ({
        namedRoles: namedRoles(
          { path, code: [...backendRoles(configuration), ...roles.roles], inventory },
          roles,
          config,
        ),
        unnamedRoles: config.roles.some(({ match }) => matches(match, path)) ? [] : roles.unnamed,
      });
      const inOtherWorkspaces = rolesOf(root.otherRoles);
      const own = rolesOf(root.roles.get(workspace) ?? root.otherRoles);
      return { ...shared, ...own, id, workspace, variant, backend, inventory, inOtherWorkspaces };
    });
  });
}

/** A stack whose code is not here: of another repository, or of a directory without a root module. */
export function stackWithoutCode(stack: InventoryStack, path: string | null, around: Surroundings): Stack {
  const workspace = workspaceOf(stack) ?? 'default';
  const inventory = known(stack);
  const roles = namedRoles({ path: path ?? '', code: [], inventory }, { roles: [], unnamed: [] }, around.config);
  const where = path === null ? 'its code is not in this repository' : `there is no root module at ${path}`;
  const own = { namedRoles: roles, unnamedRoles: [] };
  return {
    ...configured(path ?? '', around),
    ...own,
    // What the config says of paths is not about another repository.
    ...(path === null && { repository: repositoryNameOf(stack), breakGlass: [], escrow: new Map() }),
    id: `${around.config.orchestrator.kind ?? defaultOrchestrator}:${stack.id}`,
    workspace,
    variant: null,
    workspacesNamed: true,
    inOtherWorkspaces: own,
    backend: unknown({ fact: 'stack.backend', cause: 'backend-incomplete', detail: where }),
    inventory,
    needs: unknown({ fact: 'stack.needs', cause: 'backend-incomplete', detail: where }),
    location: stack.location,
  };
}

const repositoryNameOf = ({ repository }: InventoryStack): string | null =>
  isKnown(repository) ? repository.known.name : null;

/** The role that the backend itself assumes: without it nobody reads the state. */
function backendRoles({ backend }: BackendConfiguration): readonly NamedRole[] {
  if (!isKnown(backend)) return [];
  return backend.known.arguments
    .filter(({ name }) => name === 'assume_role.role_arn' || name === 'assume_role_with_web_identity.role_arn')
    .map(({ value, source: { text, location } }) => ({
      arn: value,
      phase: 'both',
      use: 'state',
      declaredBy: 'code',
      source: `backend, ${text}`,
      ...(location && { location }),
    }));
}

interface RoleSources {
  readonly path: string;
  readonly code: readonly NamedRole[];
  readonly inventory: Fact<InventoryStack | null>;
}

function namedRoles(
  { path, code, inventory }: RoleSources,
  { unnamed }: ProviderRoles,
  config: Config,
): Fact<readonly NamedRole[]> {
  const configured = config.roles
    .filter(({ match }) => matches(match, path))
    .map(
      ({ deploy, phase, location }): NamedRole => ({
        arn: deploy,
        phase,
        use: 'deploy',
        declaredBy: 'config',
        source: `roles in ${location.file}`,
        location,
      }),
    );
  const listed = isKnown(inventory) && inventory.known ? inventoryRoles(inventory.known) : known([]);
  const given = isKnown(listed) ? listed.known : [];
  const roles = joinedRoles([...code, ...given, ...configured]);
  if (roles.length > 0) return known(roles);
  const sources = isKnown(inventory) && inventory.known ? 'neither the code nor the config nor the inventory' : neither;
  const detail = `${sources} names a role${unreadText(unnamed)}`;
  return unknown({ fact: 'stack.roles', cause: 'role-not-named', detail });
}

/**
 * Every role once for each use. The config has the last word on the phase, the orchestrator the one before; that a provider block
 * assumes the role stays known, because the state is then opened by somebody else.
 */
function joinedRoles(all: readonly NamedRole[]): readonly NamedRole[] {
  const byUse = new Map<string, NamedRole>();
  for (const role of all) {
    const key = `${role.arn} ${role.use}`;
    const other = byUse.get(key);
    const told = other?.declaredBy === 'code' && role.declaredBy === 'inventory';
    byUse.set(key, told ? { ...role, source: `${other.source}; ${role.source}` } : role);
  }
  return [...byUse].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, role]) => role);
}

const neither = 'neither the code nor the config';
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

const breakGlassOf = (path: string, { emergency }: Config): readonly BreakGlass[] =>
  emergency.roles
    .filter(({ match }) => matches(match, path))
    .map(
      (entry): BreakGlass =>
        entry.kind === 'role'
          ? { kind: 'role', arn: entry.role }
          : { kind: 'planned', plan: entry.plan, accepted: entry.accepted },
    );

/** Later entries of the config go over earlier ones. */
const escrowOf = (path: string, { escrow }: Config): ReadonlyMap<string, Escrow> =>
  new Map(
    escrow
      .filter(({ match }) => matches(match, path))
      .flatMap(({ inputs, where }) =>
        Object.entries(inputs).map(([name, sha256]) => [name, { where, sha256 }] as const),
      ),
  );
