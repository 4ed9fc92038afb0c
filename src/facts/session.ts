import type { SessionLength, Way } from '../model/assumability.ts';
import { isKnown, known } from '../model/fact.ts';
import { CHAINED_SECONDS } from './emergency-chain.ts';
import { isSession } from './emergency-hop.ts';
import { resolve } from './resolver.ts';

type Session = Extract<SessionLength, { kind: 'session' }>;

/** The least that `MaxSessionDuration` of a role can be (IAM API reference, "CreateRole"). */
const LEAST_MAXIMUM = 3600;

/** How long the session of one way lasts at most. `AssumeRole` by a session of a role is role chaining (STS API reference, "AssumeRole"). */
function sessionOf({ role, principal, via, maxSessionSeconds }: Way): Session | null {
  // No role allows less than what a chain is cut to, so that its own maximum does not matter there.
  if (via.length > 0 || isSession({ kind: 'principal', arn: principal }))
    return { kind: 'session', seconds: CHAINED_SECONDS, role, chained: true };
  return maxSessionSeconds === null ? null : { kind: 'session', seconds: maxSessionSeconds, role, chained: false };
}

const session = resolve({
  fact: 'stack.session',
  asks: ['stack.emergencyAccess'],
  calls: [],
  async run(stack, context) {
    const access = await context.ask('stack.emergencyAccess', stack);
    if (!isKnown(access)) return access;
    if (access.known.kind !== 'open') return known({ kind: 'nobody' });
    const lengths = access.known.ways.map(sessionOf);
    const [shortest] = lengths.flatMap((length) => length ?? []).sort((one, other) => one.seconds - other.seconds);
    const unread = access.known.ways.find((_, index) => lengths[index] === null);
    if (shortest && (unread === undefined || shortest.seconds <= LEAST_MAXIMUM)) return known(shortest);
    const role = unread?.role ?? '';
    return context.gap({
      cause: 'unexpected-answer',
      detail: `GetRole did not say how long a session of ${role} may last`,
      call: 'iam:GetRole',
      resource: role,
    });
  },
});

/** Facts about how long those who get in stay in. */
export const sessionResolvers = [session];
