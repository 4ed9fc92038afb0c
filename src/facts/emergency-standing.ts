import type { RoleClass } from '../model/assumability.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Principal, Role, Stack } from '../model/subject.ts';
import type { HopCaller } from './emergency-hop.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

/** One of the emergency principals, with why nobody can be it when it is needed: null when nothing says so. */
export interface Starter {
  readonly caller: HopCaller;
  readonly vacant: Fact<string | null>;
}

type StandingContext = Context<'role.trust' | 'role.admits', never>;

/** A role that some source or the config names, as one to deploy with. */
export const roleAt = (stack: Stack, arn: string): Role => ({ kind: 'role', stack, arn, phase: 'both', use: 'deploy' });

const WHY: Readonly<Record<RoleClass, string | null>> = {
  'orchestrator-only': 'nobody but the orchestrator can become that principal',
  'worker-only': 'only a service such as EC2 can become that principal: people reach it through the machine alone',
  machines: 'only services and other CI can become that principal',
  nobody: 'nobody who is left can become that principal',
  people: null,
  undecided: null,
};

/** Somebody as a caller; a role is only as good as who can become it. */
export async function starterOf(principal: Principal, stack: Stack, context: StandingContext): Promise<Starter> {
  const behind = await roleBehind(principal, stack, context);
  const roleArn = isKnown(behind) ? behind.known : null;
  const caller: HopCaller = { principal, roleArn: roleArn === principal.arn ? null : roleArn, session: null };
  if (!isKnown(behind)) return { caller, vacant: behind };
  return {
    caller,
    vacant: roleArn === null ? known(null) : await vacancyOf(principal, roleAt(stack, roleArn), context),
  };
}

/** The ARN of a role, also of the one behind a session; null for a user. A session's ARN leaves out the role's path. */
async function roleBehind({ arn }: Principal, stack: Stack, { ask }: StandingContext): Promise<Fact<string | null>> {
  const parsed = iamArn(arn);
  if (parsed?.type === 'role') return known(arn);
  if (parsed?.type !== 'assumed-role') return known(null);
  const plain = `arn:${parsed.partition}:iam::${parsed.account}:role/${parsed.name}`;
  const trust = await ask('role.trust', roleAt(stack, plain));
  if (!isKnown(trust)) return trust;
  return known(trust.known.kind === 'absent' ? (trust.known.instead ?? plain) : plain);
}

async function vacancyOf({ arn }: Principal, role: Role, context: StandingContext): Promise<Fact<string | null>> {
  const admits = await context.ask('role.admits', role);
  if (!isKnown(admits)) return admits;
  if (admits.known.kind === 'absent') return known('the principal does not exist');
  const { class: left, doubts } = admits.known;
  if (left !== 'undecided') return known(WHY[left]);
  const detail = `who can become ${arn}: ${doubts.join('; ') || 'its trust policy does not say'}`;
  return context.gap({ cause: 'undecided', detail, resource: role.arn });
}
