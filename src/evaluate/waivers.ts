import type { Verdict, Waiver } from '../model/finding.ts';
import type { Problem } from '../model/location.ts';

/** A waiver as the config states it, with its stack pattern compiled. */
export interface ConfiguredWaiver extends Waiver {
  readonly rule: string;
  readonly stack: string;
  readonly matches: (stackPath: string) => boolean;
}

/** Waivers that hold on a day, and what to say of those that lapsed. */
export interface Waivers {
  readonly current: readonly ConfiguredWaiver[];
  readonly problems: readonly Problem[];
}

/** Sorts waivers by whether they still hold; the last day counts. A lapsed one is announced, never silently dropped. */
export function currentWaivers(waivers: readonly ConfiguredWaiver[], asOf: string): Waivers {
  const today = asOf.slice(0, 10);
  const current = waivers.filter(({ expires }) => expires >= today);
  const problems = waivers
    .filter(({ expires }) => expires < today)
    .map(
      ({ rule, stack, expires, owner }): Problem => ({
        kind: 'waiver-expired',
        message: `the waiver of ${rule} for ${stack} (${owner}) expired on ${expires} and no longer holds`,
      }),
    );
  return { current, problems };
}

/** The waiver for a finding, if one holds; only what stands in the way of readiness can be waived. */
export function waiverFor(
  { current }: Waivers,
  { rule, stackPath, verdict }: { readonly rule: string; readonly stackPath: string; readonly verdict: Verdict },
): Waiver | null {
  if (verdict !== 'fail' && verdict !== 'unknown') return null;
  const waiver = current.find((candidate) => candidate.rule === rule && candidate.matches(stackPath));
  return waiver ? { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires } : null;
}
