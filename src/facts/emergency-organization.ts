import type { AssumeContext, AssumeQuestion } from '../iam/question.ts';
import type { Guardrails } from '../model/assumability.ts';
import { type Fact, isKnown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { Account } from '../model/subject.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

type Limits = Pick<AssumeQuestion, 'scps' | 'rcps'>;

/** What the organizations on both sides of a call say about it. */
export interface Organizations {
  readonly limits: Limits;
  readonly facts: Pick<AssumeContext, 'orgId' | 'resourceOrgId'>;
  /** What could not be read of them. */
  readonly gaps: readonly Gap[];
  /** Says that something was not read, and that the team accepts it; null when all was, or the team does not. */
  readonly caveat: string | null;
}

/**
 * SCPs bind the caller's account, RCPs the role's (AWS Organizations User Guide, "Service control policies" and "Resource control
 * policies"). What was not read is null in the limits, and left out of them where the team accepts that.
 */
export async function organizationsOf(
  caller: string,
  role: string,
  { ask, expected }: Context<'account.guardrails', never>,
): Promise<Organizations> {
  const guardrails = async (arn: string): Promise<Fact<Guardrails> | undefined> => {
    const account = accountOf(arn);
    return account ? ask('account.guardrails', account) : undefined;
  };
  const [own, theirs] = [await guardrails(caller), await guardrails(role)];
  const counts = expected.unreadGuardrailsCount;
  const gaps = gapsOf([own, theirs].filter((fact) => fact !== undefined));
  const [scps, rcps] = [levels(own, 'scps', counts), levels(theirs, 'rcps', counts)];
  const [orgId, resourceOrgId] = [orgOf(own), orgOf(theirs)];
  return {
    limits: { ...(scps === undefined ? {} : { scps }), ...(rcps === undefined ? {} : { rcps }) },
    facts: {
      ...(orgId === undefined ? {} : { orgId }),
      ...(resourceOrgId === undefined ? {} : { resourceOrgId }),
    },
    gaps: [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()],
    caveat: counts && gaps.length > 0 ? 'the policies of the organization were not read' : null,
  };
}

function accountOf(arn: string): Account | null {
  const parsed = iamArn(arn);
  return parsed && { kind: 'account', id: parsed.account, partition: parsed.partition };
}

/** Undefined where no policy of that type is in force; null where that could not be read. */
function levels(fact: Fact<Guardrails> | undefined, of: 'scps' | 'rcps', counts: boolean): Limits['scps'] {
  if (!fact || !isKnown(fact)) return counts ? undefined : null;
  return fact.known.kind === 'member' ? (fact.known[of] ?? undefined) : undefined;
}

function orgOf(fact: Fact<Guardrails> | undefined): string | null | undefined {
  if (!fact || !isKnown(fact)) return undefined;
  return fact.known.kind === 'no-organization' ? null : fact.known.orgId;
}
