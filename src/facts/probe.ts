import { type Denial, decodeDenial, spokenDenial } from '../iam/denial.ts';
import type { Attempt, Way } from '../model/assumability.ts';
import { meanings } from '../model/causes.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { iamHome } from '../s3/partition.ts';
import type { HopTarget } from './emergency-hop.ts';
import { hindranceOf, inputOf, regionOf, strangenessOf } from './probe-call.ts';
import { doubtAbout } from './probe-doubts.ts';
import { mayRepair } from './repair.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/** What a live try asks. */
export type ProbeContext = Context<
  'principal.policies' | 'account.guardrails',
  'sts:GetCallerIdentity' | 'sts:AssumeRole'
>;

const untried = (way: Way, because: string): Fact<Way> => known({ ...way, probe: { kind: 'not-probed', because } });

/** Several gaps of one call say the same. */
const spokenGap = ([{ cause, detail }]: readonly [Gap, ...Gap[]]): string => `${meanings[cause]}: ${detail}`;

/**
 * Tries a way that the evaluator holds for open by a live `sts:AssumeRole`, with what the way takes and for a session that may do
 * nothing, where the audit runs as the way's principal. A refusal outranks the evaluation: the way is none, or not known to be
 * one where this session or machine may be the reason. Whatever else keeps the call from an answer leaves the way untried.
 */
export async function probed(way: Way, target: HopTarget, context: ProbeContext): Promise<Fact<Way | Attempt>> {
  const hindrance = hindranceOf(way);
  if (hindrance !== null) return untried(way, hindrance);
  const home = iamHome(iamArn(way.principal)?.partition ?? '');
  const told = await context.read('sts:GetCallerIdentity', {}, { region: home, endpoint: null, account: null });
  if (!isKnown(told)) return untried(way, spokenGap(told.gaps));
  const caller = told.known.kind === 'answer' ? told.known.pages[0].Arn : undefined;
  if (!caller) return untried(way, 'STS did not say as whom the audit runs');
  const strangeness = strangenessOf(way, caller);
  if (strangeness !== null) return untried(way, strangeness);
  const where = { region: regionOf(way, home), endpoint: null, account: iamArn(way.role)?.account ?? null };
  const reply = await context.read('sts:AssumeRole', inputOf(way), where);
  if (isKnown(reply)) return known({ ...way, probe: { kind: 'confirmed', at: context.asOf } });
  const [{ cause, detail }] = reply.gaps;
  if (cause !== 'access-denied') return untried(way, spokenGap(reply.gaps));
  return refused({ way, caller, target, denial: decodeDenial(detail), detail }, context);
}

interface Refusal {
  readonly way: Way;
  readonly caller: string;
  readonly target: HopTarget;
  readonly denial: Denial | null;
  readonly detail: string;
}

async function refused({ denial, detail, ...call }: Refusal, context: ProbeContext): Promise<Fact<Attempt>> {
  const { way } = call;
  const what = `a live sts:AssumeRole was refused, though the policies as read let it in: ${denial ? spokenDenial(denial) : detail}`;
  const doubt = denial ? await doubtAbout(denial, call, context) : 'it has a form that AWS does not document';
  if (doubt !== null || !denial) {
    return context.gap({
      cause: 'undecided',
      detail: `${way.principal} on ${way.role}: ${what}; ${doubt}`,
      call: 'sts:AssumeRole',
      resource: way.role,
    });
  }
  const isTrust = denial.why?.policy === 'role trust policy' || denial.why?.policy === 'resource-based policy';
  const principal = { kind: 'principal', arn: way.principal } as const;
  const repairs = isTrust && (await mayRepair(principal, way.role, context));
  return known({ role: way.role, principal: way.principal, because: what, mayRepair: repairs });
}

/** A way that nobody tried, beside refusals of others on the same role, as clauses for people, which it must not hide. */
export function besideRefusals(way: Way, refusals: readonly string[]): Way {
  const because = way.probe?.kind === 'not-probed' ? way.probe.because : hindranceOf(way);
  if (way.probe?.kind === 'confirmed' || because === null) return way;
  return { ...way, probe: { kind: 'not-probed', because: [because, ...refusals].join('; ') } };
}
