import { type Fact, isKnown, known } from '../model/fact.ts';
import { spoken } from '../model/requirement.ts';
import type { Stack } from '../model/subject.ts';
import { decideHop, type HopContext } from './emergency-hop.ts';
import type { Context } from './resolver.ts';

/** What is asked about a role of the backend into which nobody was shown to get. */
export type BehindContext = HopContext & Pick<Context<'role.trust', never>, 'ask'>;

interface Step {
  readonly stack: Stack;
  /** The role that opens. */
  readonly from: string;
  /** The role that the backend assumes. */
  readonly to: string;
}

/**
 * Known where the backend certainly gets from the role that opens into its own. That it does not is no proof: whoever runs it may
 * have other credentials than those of that role.
 */
export async function entered({ stack, from, to }: Step, context: BehindContext): Promise<Fact<null>> {
  const trust = await context.ask('role.trust', { kind: 'role', stack, arn: to, phase: 'both', use: 'state' });
  if (!isKnown(trust)) return trust;
  const undecided = (why: string) =>
    context.gap({
      cause: 'undecided',
      detail: `the backend opens the state with ${to}, and nobody is shown to get into it: from ${from}, ${why}`,
      resource: to,
    });
  if (trust.known.kind === 'absent') return undecided('it is not there');
  const caller = { principal: { kind: 'principal', arn: from }, roleArn: null, session: null } as const;
  const hop = await decideHop(caller, trust.known, context);
  if (!isKnown(hop)) return hop;
  if (hop.known.kind === 'refused') return undecided(hop.known.because);
  const { requires } = hop.known;
  return requires.length === 0 ? known(null) : undecided(`it takes ${requires.map(spoken).join(' and ')}`);
}
