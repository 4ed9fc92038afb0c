import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Role, Stack } from '../model/subject.ts';
import { roleAt } from './emergency-standing.ts';
import type { Context } from './resolver.ts';

/** The roles that may open a stack. */
export interface Openers {
  readonly stack: Stack;
  /** Those that applying needs, all of them, each known or a gap: one that is not known might be the one that is shut. */
  readonly applying: readonly Fact<Role>[];
  /** Any one of these is enough. */
  readonly breakGlass: readonly Role[];
}

/** The deployment roles that applying needs, and the break-glass roles. */
export async function openersOf(stack: Stack, context: Context<'stack.roles', never>): Promise<Openers> {
  const deployment = await context.ask('stack.roles', stack);
  return {
    stack,
    applying: applyRoles(stack, deployment, context),
    breakGlass: stack.breakGlass.flatMap((entry) => (entry.kind === 'role' ? [roleAt(stack, entry.arn)] : [])),
  };
}

function applyRoles(
  stack: Stack,
  deployment: Fact<readonly Role[]>,
  { gap }: Pick<Context<never, never>, 'gap'>,
): readonly Fact<Role>[] {
  if (!isKnown(deployment)) return [deployment];
  const applying = deployment.known.filter(({ phase }) => phase !== 'plan');
  const [unnamed] = stack.unnamedRoles;
  const missing = unnamed
    ? `a provider block names a role by an expression: ${unnamed.pattern}`
    : applying.some(({ use }) => use === 'deploy')
      ? null
      : 'only roles for planning, or for the state, are named';
  const roles = applying.map((role) => known(role));
  return missing === null ? roles : [...roles, gap({ cause: 'role-not-named', detail: missing })];
}
