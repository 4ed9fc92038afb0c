import type { Attempt, EmergencyAccess, Probe, Way } from './assumability.ts';
import { spoken } from './requirement.ts';

function lasting(seconds: number): string {
  const [amount, unit] = seconds % 3600 === 0 ? [seconds / 3600, 'hour'] : [Math.floor(seconds / 60), 'minute'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

function tried(probe: Probe | null): string {
  if (!probe) return '';
  return probe.kind === 'confirmed'
    ? `, confirmed by a live sts:AssumeRole at ${probe.at}`
    : ` (not probed: ${probe.because})`;
}

/** One way in, for people: `…:role/deploy by …:user/ann through …:role/hub with MFA for hop 1, for at most 1 hour`. */
export function spokenWay({ role, principal, via, requires, assumes, maxSessionSeconds, caveat, probe }: Way): string {
  const through = via.length === 0 ? '' : ` through ${via.join(' and then ')}`;
  const bringing = requires.length === 0 ? '' : ` with ${requires.map(spoken).join(' and ')}`;
  const called = assumes.length === 0 ? '' : ` when called ${assumes.join(' and ')}`;
  const long = maxSessionSeconds === null ? '' : `, for at most ${lasting(maxSessionSeconds)}`;
  return `${role} by ${principal}${through}${bringing}${called}${long}${tried(probe)}${caveat === null ? '' : ` (${caveat})`}`;
}

/** One refusal, for people: who, on which role, why, and whether they may change that. */
export function spokenAttempt({ role, principal, because, mayRepair }: Attempt): string {
  const repair = mayRepair ? '; it may change the trust policy (iam:UpdateAssumeRolePolicy)' : '';
  return `${principal} on ${role}: ${because}${repair}`;
}

/** Those who may change the trust policy of a role that keeps them out, once each; empty when nobody may. */
export const repairers = (attempts: readonly Attempt[]): string =>
  [...new Set(attempts.filter(({ mayRepair }) => mayRepair).map(({ principal }) => principal))].join(', ');

const add =
  'add a statement to the trust policy that lets the people on call in, or name a break-glass role under emergency.roles.';

/** What to do where nobody gets in; `{{repairers}}` is a hole of one of them. */
export const accessAdvice = {
  add: 'Add a statement to the trust policy that lets the people on call in, or name a break-glass role under emergency.roles.',
  closed:
    'Add the principal to the role’s trust policy and allow it sts:AssumeRole on the role, or name a break-glass role under emergency.roles. What an SCP or RCP refuses is mended in the organization.',
  repair:
    'As {{repairers}}, add a statement to the trust policy that lets the people on call in. Do it now: IAM’s control plane is in one region and may not take changes in the event.',
  worker: `No run is sent to a worker while the orchestrator is down, and a shell on its machine (SSM Session Manager) is no break-glass that anybody has prepared. To let people in, ${add}`,
  machines: `A CI that is to apply in an emergency has to survive the same event. To let people in, ${add}`,
  gone: 'Replace what was deleted or has expired. A principal that was created again does not match until the trust policy is written again.',
  missing: 'Correct the ARN where it is named, or re-create the role (see role-exists).',
  plan: 'Create the role now and name it under emergency.roles, or accept the plan there with accepted: true.',
} as const;

/** The message for each class of role that leaves no person in. */
export const shutMessages = {
  'orchestrator-only': 'orchestratorOnly',
  'worker-only': 'workerOnly',
  machines: 'machines',
  nobody: 'nobodyLeft',
} as const satisfies Readonly<Record<Extract<EmergencyAccess, { kind: 'shut' }>['class'], string>>;
