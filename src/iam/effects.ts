import type { Access } from './access.ts';
import type { Placed } from './policies.ts';
import type { StatementRef } from './ruling.ts';
import { type Applied, apply } from './statements.ts';
import { type Open, open, some, type Truth } from './truth.ts';

/** One action of one call. */
export interface Asked {
  readonly access: Access;
  readonly action: string;
  /** Whether the caller has a permissions boundary. */
  readonly hasBoundary: Truth;
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
  asked: Asked,
): { readonly applied: readonly Applied[]; readonly unusable: Open | null } {
  if (policy.kind !== 'policy') return { applied: [], unusable: open(policy) };
  const scope = { ...asked, policy: label, kind, variables: policy.variables };
  const applied = policy.statements.filter((one) => one.effect === effect).flatMap((one) => apply(one, scope));
  return { applied, unusable: null };
}

/** Whether some statement with that effect applies, and those that certainly do. */
export function effectOf(
  placed: readonly Placed[],
  effect: Effect,
  asked: Asked,
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
