import type { Principal } from './caller.ts';
import type { Presence } from './presence.ts';

/** What the statements of a policy ask about a call, whatever its service: who makes it, on what, and under which conditions. */
export interface Access {
  readonly caller: Principal;
  /** The ARN of what the call is about. */
  readonly resource: string;
  /** Every way in which a condition key may be in the call; null for a key that is not known here. */
  readonly presences: (key: string) => readonly Presence[] | null;
}
