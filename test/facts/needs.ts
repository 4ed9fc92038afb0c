import type { CodeNeeds } from '../../src/model/dependencies.ts';
import { type Fact, known } from '../../src/model/fact.ts';

/** What code needs that needs nothing but what is given. */
export const codeNeeds = (changes: Partial<CodeNeeds> = {}): Fact<CodeNeeds> =>
  known({
    dependencies: { found: [], managesOrchestrator: null, unread: [] },
    pins: [],
    tool: null,
    terragrunt: false,
    missing: [],
    lock: known({ kind: 'absent', required: [] }),
    ...changes,
  });
