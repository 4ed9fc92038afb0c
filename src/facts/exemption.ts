import { isKnown } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import type { Stack } from '../model/subject.ts';

/** Why a stack need not run in an outage, for people: it manages the orchestrator itself; null for all others. */
export function exemptionOf({ needs }: Pick<Stack, 'needs'>, listed: InventoryStack | null): string | null {
  if (listed && isKnown(listed.administrative) && listed.administrative.known)
    return `${listed.id} manages the orchestrator itself: there is nothing to apply while that is gone`;
  const at = isKnown(needs) ? needs.known.dependencies.managesOrchestrator : null;
  return (
    at &&
    `the code manages the orchestrator itself (${at.file}:${at.line}): there is nothing to apply while that is gone`
  );
}
