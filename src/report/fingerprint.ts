import { createHash } from 'node:crypto';

/** A finding's identity across runs and line moves: what was judged, by which rule, never how or where it is written. */
export const fingerprintOf = (identity: {
  readonly repository: string | null;
  readonly stack: string;
  readonly rule: string;
  readonly subject: { readonly kind: string; readonly id: string };
}): string =>
  createHash('sha256')
    .update(
      JSON.stringify([identity.repository, identity.stack, identity.rule, identity.subject.kind, identity.subject.id]),
    )
    .digest('hex')
    .slice(0, 20);
