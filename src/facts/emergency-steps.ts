import type { AssumeContext } from '../iam/question.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Requirement } from '../model/requirement.ts';
import type { Candidate } from './emergency-candidates.ts';
import { decideHop, type Hop, type HopCaller, type HopContext } from './emergency-hop.ts';

/** Roles that are assumed one after the other, the one that is wanted last. */
export type Path = readonly [Candidate, ...Candidate[]];

/** A step that opens. */
export type OpenHop = Extract<Hop, { kind: 'open' }>;

/** True when the step is certainly refused. */
export const isRefused = (hop: Fact<Hop>): boolean => isKnown(hop) && hop.known.kind === 'refused';

/** A session of a role as the caller of the next step; null for one of which nothing is known. */
export const callerAt = ({ arn }: Candidate, session: AssumeContext | null): HopCaller => ({
  principal: { kind: 'principal', arn },
  roleArn: null,
  session,
});

/** One step into the next role, whose trust policy may be one that could not be read. */
export const step = async (
  caller: HopCaller,
  { trust }: Candidate,
  context: HopContext,
  passed?: AssumeContext,
): Promise<Fact<Hop>> => (isKnown(trust) ? decideHop(caller, trust.known, context, passed) : trust);

/** Names of sessions that a later step asks for, by the position of the step that makes the session. */
type SessionNames = Readonly<Record<number, string>>;

/** Each step as what the one before makes of the session. A later step may ask how the session is named: then from the start, with that name. */
export async function walk(
  path: Path,
  start: HopCaller,
  context: HopContext,
  names: SessionNames,
): Promise<Fact<readonly OpenHop[]>> {
  const hops: OpenHop[] = [];
  let caller = start;
  for (const [index, next] of path.entries()) {
    const sessionName = names[index];
    const hop = await step(caller, next, context, sessionName === undefined ? {} : { sessionName });
    if (!isKnown(hop)) return hop;
    // Not refused to every session, as was seen before: what the caller's session should carry is not known.
    if (hop.known.kind === 'refused') {
      const detail = `${caller.principal.arn} on ${next.arn}, as a step on the way into ${path.at(-1)?.arn}: ${hop.known.because}`;
      return context.gap({ cause: 'undecided', detail, resource: next.arn });
    }
    const asked = hop.known.requires.find(({ type }) => type === 'callerSessionName');
    if (asked?.type === 'callerSessionName' && index > 0 && names[index - 1] === undefined)
      return walk(path, start, context, { ...names, [index - 1]: asked.equals });
    hops.push(named(hop.known, sessionName));
    caller = callerAt(next, sessionAfter(hop.known.requires, caller.session, sessionName));
  }
  return known(hops);
}

const named = (hop: OpenHop, name: string | undefined): OpenHop =>
  name === undefined ? hop : { ...hop, requires: [...hop.requires, { type: 'sessionName', equals: name }] };

/** What the session of a role carries on: its name, its tags, and the source identity, which every later one inherits. */
function sessionAfter(
  requires: readonly Requirement[],
  before: AssumeContext | null,
  sessionName: string | undefined,
): AssumeContext {
  let session: AssumeContext = {
    ...(before?.sourceIdentity === undefined ? {} : { sourceIdentity: before.sourceIdentity }),
    ...(sessionName === undefined ? {} : { callerSessionName: sessionName }),
  };
  for (const one of requires) {
    if (one.type === 'sessionName') session = { ...session, callerSessionName: one.equals };
    if (one.type === 'sourceIdentity') session = { ...session, sourceIdentity: one.equals };
    if (one.type === 'requestTags') session = { ...session, principalTags: one.tags };
  }
  return session;
}
