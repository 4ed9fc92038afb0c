import type { Call } from './call.ts';
import { ABSENT, fact, type Presence, type Reading, SOME, value } from './presence.ts';

/**
 * Of a user a choice: an MFA code may come with the call, or with the temporary credentials. Sessions of roles carry no
 * MFA information (IAM User Guide, "Configuring MFA-protected API access"); whether the key is then absent or false is
 * not documented, so both are kept.
 */
export function mfaPresent({ caller, context }: Call): readonly Presence[] {
  if (context.mfa === true) return caller.kind === 'user' ? [value('true')] : [ABSENT, value('false'), value('true')];
  if (caller.kind !== 'user') return [ABSENT, value('false')];
  const without = { 'long-term': [ABSENT], temporary: [value('false')], unsaid: [ABSENT, value('false')] };
  const done = context.mfa === false ? [] : [value('true')];
  return [...without[context.credentialType ?? 'unsaid'], ...done];
}

/** With MFA only (`aws:MultiFactorAuthAge`). */
export const mfaAge: Reading = (call) =>
  mfaPresent(call).flatMap((presence) => {
    if (presence.is !== 'values' || !presence.values.includes('true')) return [ABSENT];
    return [call.context.mfaAgeSeconds === undefined ? SOME : value(String(call.context.mfaAgeSeconds))];
  });

/** With temporary credentials only (`aws:TokenIssueTime`). */
export const tokenIssued: Reading = ({ caller, context }) => {
  const issued = context.tokenIssueTime === undefined ? SOME : value(context.tokenIssueTime);
  if (caller.kind !== 'user' || context.credentialType === 'temporary') return [issued];
  return context.credentialType === 'long-term' ? [ABSENT] : [ABSENT, issued];
};

/** Absent through a VPC endpoint, where the `…Vpc…` keys take its place (`aws:SourceIp`). */
export const sourceIp: Reading = ({ context }) => {
  if (typeof context.viaVpcEndpoint === 'string') return [ABSENT];
  if (context.viaVpcEndpoint === null && context.sourceIp === undefined) return [SOME];
  return fact(context.sourceIp);
};

/** Through a VPC endpoint only, with a value that is not known. */
export const throughEndpoint: Reading = ({ context }) => {
  if (typeof context.viaVpcEndpoint === 'string') return [SOME];
  return context.viaVpcEndpoint === null || typeof context.sourceIp === 'string' ? [ABSENT] : [ABSENT, SOME];
};

/** The endpoint's own id (`aws:SourceVpce`). */
export const sourceVpce: Reading = (call) =>
  typeof call.context.viaVpcEndpoint === 'string' ? [value(call.context.viaVpcEndpoint)] : throughEndpoint(call);
