import type { Call } from './call.ts';
import type { Placed, Policies } from './policies.ts';
import type { StatementRef } from './ruling.ts';
import { type Applied, apply } from './statements.ts';
import { type Open, open, some, type Truth } from './truth.ts';

/** One action of one call, with the policies that judge it. */
export interface Case {
  readonly call: Call;
  readonly action: string;
  readonly policies: Policies;
}

type Effect = 'Allow' | 'Deny';

/** How people find a statement again. */
export const refTo = ({ label }: Placed, { statement }: Applied): StatementRef => ({
  policy: label,
  statement: statement.label,
});

/** The statements of one policy that name the case with that effect, or why the policy cannot say. */
export function applications(
  { label, kind, policy }: Placed,
  effect: Effect,
  { call, action, policies }: Case,
): { readonly applied: readonly Applied[]; readonly unusable: Open | null } {
  if (policy.kind !== 'policy') return { applied: [], unusable: open(policy) };
  const { boundary } = policies;
  const hasBoundary: Truth = boundary?.policy.kind === 'unread' ? open(boundary.policy) : boundary !== null;
  const scope = { policy: label, kind, variables: policy.variables, call, action, hasBoundary };
  const applied = policy.statements.filter((one) => one.effect === effect).flatMap((one) => apply(one, scope));
  return { applied, unusable: null };
}

/** Whether some statement with that effect applies, and those that certainly do. */
export function effectOf(
  placed: readonly Placed[],
  effect: Effect,
  asked: Case,
): { readonly truth: Truth; readonly statements: readonly StatementRef[] } {
  const found = placed.map((one) => ({ one, ...applications(one, effect, asked) }));
  const truths = found.flatMap(({ applied, unusable }) => [
    ...applied.map(({ truth }) => truth),
    ...(unusable ? [unusable] : []),
  ]);
  const statements = found.flatMap(({ one, applied }) =>
    applied.filter(({ truth }) => truth === true).map((each) => refTo(one, each)),
  );
  return { truth: some(truths), statements };
}
