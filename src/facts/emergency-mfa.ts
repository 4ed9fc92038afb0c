import type { Decision } from '../iam/decide.ts';
import type { AssumeQuestion } from '../iam/question.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Principal } from '../model/subject.ts';
import type { Context } from './resolver.ts';
import { iamArn } from './role.ts';

type Decide = (question: AssumeQuestion) => Decision;

const isOpen = ({ verdict }: Decision) => verdict === 'yes' || verdict === 'conditional';

/** Whether the answer hangs on a code: one is asked for, or without one the answer is certainly no. */
function hangsOnMfa(asked: Decision, without: Decision): boolean {
  if (asked.verdict === 'conditional') return asked.requires.some(({ type }) => type === 'mfa');
  return asked.verdict === 'unknown' && without.verdict === 'no';
}

/**
 * Decides for somebody of whom the devices are asked only when the answer hangs on a code: only IAM users can bring one,
 * and only from a virtual or hardware TOTP device (IAM User Guide, "Configuring MFA-protected API access").
 */
export async function decideWithDevices(
  question: AssumeQuestion,
  { principal }: { readonly principal: Principal },
  { ask }: Context<'principal.mfa', never>,
  decide: Decide,
): Promise<Fact<Decision>> {
  const asked = decide(question);
  if (iamArn(principal.arn)?.type !== 'user' || asked.verdict === 'yes' || asked.verdict === 'no') return known(asked);
  const without = decide({ ...question, context: { ...question.context, mfa: false } });
  if (!hangsOnMfa(asked, without)) return known(asked);
  const devices = await ask('principal.mfa', principal);
  if (isKnown(devices)) return known(devices.known.codes.length > 0 ? asked : withoutDevice(without, devices.known));
  // Another way in than a code, or another reason why nothing can be said, needs no device.
  if (isOpen(without)) return known(without);
  return asked.verdict === 'unknown' ? known(asked) : devices;
}

function withoutDevice(without: Decision, { securityKeys }: { readonly securityKeys: number }): Decision {
  if (without.verdict !== 'no') return without;
  const which =
    securityKeys > 0
      ? 'the user has security keys only, which give no code for the API'
      : 'the user has no MFA device that gives codes';
  return { ...without, because: `${without.because}; ${which}` };
}
