import type { ConditionTest } from './policy.ts';

/** Global keys that say the same of a call whoever makes it (IAM User Guide, "AWS global condition context keys"). */
const OF_THE_CALL: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:securetransport',
  'aws:tagkeys',
  'aws:viaawsservice',
]);

/** Keys of services that are about the caller's machine or session: `ec2:SourceInstanceARN`, `ec2:RoleDelivery`, `lambda:SourceFunctionArn`. */
const OF_THE_CALLER = /:(?:source|roledelivery|credentialissuing|calleraccount)/;

/** Tags of the caller, its network, its MFA and its identity provider differ from one role's session to another's. */
function isOfTheCall(key: string): boolean {
  if (key.startsWith('aws:')) return OF_THE_CALL.has(key) || /^aws:(?:resource|request)tag\//.test(key);
  // `saml:sub`, and the claims of OIDC providers, whose prefix is a host.
  return /^[a-z0-9-]+:/.test(key) && !key.startsWith('saml:') && !OF_THE_CALLER.test(key);
}

const same = (one: ConditionTest, other: ConditionTest): boolean =>
  one.operator === other.operator &&
  one.key.toLowerCase() === other.key.toLowerCase() &&
  one.values.every((text) => other.values.includes(text)) &&
  other.values.every((text) => one.values.includes(text));

/** Whether the tests hold for every caller wherever the others hold: each is among them, and is about the call alone. */
export const follows = (tests: readonly ConditionTest[], others: readonly ConditionTest[]): boolean =>
  tests.every(
    (test) =>
      isOfTheCall(test.key.toLowerCase()) &&
      !test.values.some((text) => text.includes('${')) &&
      others.some((other) => same(test, other)),
  );
