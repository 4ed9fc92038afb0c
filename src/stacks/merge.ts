import picomatch from 'picomatch';
import type { Config } from '../config/config.ts';
import { type Fact, known, unknown } from '../model/fact.ts';
import type { Problem } from '../model/location.ts';
import type { BreakGlass, NamedRole, Stack } from '../model/subject.ts';
import type { RootModule } from '../terraform/roots.ts';

/** Whether a stack path matches any of some globs. `**` is everything: the root (`.`) and names that no glob would match, too. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  if (globs.includes('**')) return () => true;
  const matches = picomatch([...globs], { dot: true });
  return (path) => (path === '.' ? globs.includes('.') : matches(path));
}

/** Entries of the config that speak of no stack: a renamed directory, or a pattern that never matched. */
export function unmatched({ roles, emergency, waivers }: Config, paths: readonly string[]): readonly Problem[] {
  const entries = [
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

/** Joins what the code declares and what the config says into one list of stacks, every role with its source. */
export function mergeStacks(roots: readonly RootModule[], config: Config, repository: string | null): readonly Stack[] {
  return roots.map(
    (root): Stack => ({
      kind: 'stack',
      id: root.path,
      repository,
      path: root.path,
      workspace: 'default',
      backend: root.backend,
      namedRoles: namedRoles(root, config),
      unnamedRoles: config.roles.some(({ match }) => matches(match, root.path)) ? 0 : root.unreadRoles,
      emergencyPrincipals: config.emergency.principals,
      breakGlass: breakGlassOf(root, config),
      orchestrator: config.orchestrator.kind ?? defaultOrchestrator,
      location: root.location,
    }),
  );
}

function namedRoles(root: RootModule, config: Config): Fact<readonly NamedRole[]> {
  const configured = config.roles
    .filter(({ match }) => matches(match, root.path))
    .map(
      ({ deploy, phase, location }): NamedRole => ({
        arn: deploy,
        phase,
        source: `roles in ${location.file}`,
        location,
      }),
    );
  const byArn = new Map([...root.providerRoles, ...configured].map((role) => [role.arn, role]));
  if (byArn.size > 0) return known([...byArn.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)));
  const unread = root.unreadRoles > 0 ? ' by a literal (a provider block has an expression)' : '';
  const detail = `neither the code nor the config names a role${unread}`;
  return unknown({ fact: 'stack.roles', cause: 'role-not-named', detail });
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
