import type { Answer } from '../iam/answer.ts';
import { together } from '../iam/request-context.ts';
import { type BoundCaller, callsOf, type Owner, type ResourceCall } from '../iam/resource-access.ts';
import type { PrincipalPolicies } from '../model/assumability.ts';
import { type Fact, isKnown } from '../model/fact.ts';
import type { StateCall } from '../s3/state-calls.ts';
import { accountOf } from './account.ts';
import type { Context } from './resolver.ts';
import type { IamArn } from './role.ts';

/** Answers whether one identity gets through with a call; an undefined policy is none, and null one that could not be read. */
export type Asker = (call: StateCall, resourcePolicy: unknown, owner: Owner) => Answer;

/** What is asked about the account of whoever calls. */
export interface Caller {
  readonly arn: string;
  readonly parsed: IamArn;
  readonly policies: Fact<PrincipalPolicies>;
}

type Guarded = Pick<Context<'account.guardrails', never>, 'ask'>;
type Organization = Pick<BoundCaller, 'scps' | 'rcps'> & Pick<ResourceCall, 'context'>;

/**
 * What binds the account. Where it was not read, nothing more is said here: the way in hangs on the same policies, and
 * `role-assumable` says so.
 */
async function organizationOf(parsed: IamArn, { ask }: Guarded): Promise<Organization> {
  const guardrails = await ask('account.guardrails', accountOf(parsed));
  if (!isKnown(guardrails)) return { context: { values: {} } };
  if (guardrails.known.kind === 'no-organization')
    return { context: { values: {}, absent: ['aws:principalorgid', 'aws:principalorgpaths'] } };
  const context = { values: { 'aws:principalorgid': guardrails.known.orgId } };
  if (guardrails.known.kind === 'management') return { context };
  const { scps, rcps } = guardrails.known;
  return { context, ...(scps ? { scps } : {}), ...(rcps ? { rcps } : {}) };
}

/** The identity with everything that binds it: its own policies, its boundary, and its organization. */
export async function askerOf({ arn, parsed, policies }: Caller, guarded: Guarded): Promise<Asker> {
  const { context, ...limits } = await organizationOf(parsed, guarded);
  const read = isKnown(policies) && policies.known.kind === 'exists' ? policies.known : null;
  const mayCall = callsOf({
    principalArn: arn,
    identityPolicies: read?.identity ?? null,
    ...(read && read.boundary === null ? {} : { permissionsBoundary: read?.boundary ?? null }),
    ...limits,
  });
  return (call, resourcePolicy, owner) =>
    mayCall({
      ...call,
      owner,
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      context: together(call.context, context),
    });
}
