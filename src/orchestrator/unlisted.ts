import { known, unknown } from '../model/fact.ts';
import type { Stack } from '../model/subject.ts';

/** What is known of a stack from the orchestrator and the record where neither was read. */
export const unlisted: Pick<Stack, 'inventory' | 'needs' | 'record' | 'escrow'> = {
  inventory: unknown({ fact: 'stack.inventory', cause: 'no-inventory', detail: 'no inventory was read' }),
  needs: unknown({ fact: 'stack.needs', cause: 'undecided', detail: 'the code was not read' }),
  record: known({ kind: 'no-record' }),
  escrow: new Map(),
};
