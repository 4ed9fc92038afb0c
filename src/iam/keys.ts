import type { Access } from './access.ts';
import type { Call, Parameter } from './call.ts';
import { mfaAge, mfaPresent, sourceIp, sourceVpce, throughEndpoint, tokenIssued } from './circumstances.ts';
import { EXTERNAL_ID, SESSION_NAME } from './domains.ts';
import { ABSENT, type Domain, fact, type Presence, type Reading, SOME, value } from './presence.ts';

function parameter(passed: Parameter<string>, domain: Domain): readonly Presence[] {
  if (passed.is === 'given') return [value(passed.value)];
  return [passed.is === 'none' ? ABSENT : { is: 'some', domain }];
}

/** Tag keys are compared without regard to case (IAM User Guide, "AWS global condition context keys"). */
function tagValue(tags: Readonly<Record<string, string>>, name: string): readonly Presence[] {
  const found = Object.entries(tags).filter(([key]) => key.toLowerCase() === name);
  return found.length === 0 ? [ABSENT] : found.map(([, text]) => value(text));
}

const tagKeys: Reading = ({ request: { tags } }) => {
  if (tags.is === 'given') return [{ is: 'values', values: Object.keys(tags.value) }];
  return [tags.is === 'none' ? ABSENT : SOME];
};

const ifTagged: Reading = ({ request }) => (request.tags.is === 'none' ? [ABSENT] : [ABSENT, SOME]);
const clock: Reading = ({ context }) => [context.now === undefined ? SOME : value(context.now)];
const epoch: Reading = ({ context }) => [
  context.now === undefined ? SOME : value(String(Math.floor(Date.parse(context.now) / 1000))),
];
const principalArn: Reading = ({ caller }) => [
  caller.kind === 'root' || caller.arn === null ? SOME : value(caller.arn),
];
const never: Reading = () => [ABSENT];

/** What is known of each key for a caller of `sts:AssumeRole` (IAM User Guide, "AWS global condition context keys" and
 * "IAM and AWS STS condition context keys"). Names are compared in lower case; a key that is not here decides nothing. */
const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['aws:multifactorauthpresent', mfaPresent],
  ['aws:multifactorauthage', mfaAge],
  ['aws:tokenissuetime', tokenIssued],
  ['aws:currenttime', clock],
  ['aws:epochtime', epoch],
  ['sts:externalid', ({ request }) => parameter(request.externalId, EXTERNAL_ID)],
  ['sts:sourceidentity', ({ request }) => parameter(request.sourceIdentity, SESSION_NAME)],
  ['sts:transitivetagkeys', ({ request }) => [request.transitive ? SOME : ABSENT]],
  [
    'sts:rolesessionname',
    ({ context: { sessionName } }) => [
      sessionName === undefined ? { is: 'some', domain: SESSION_NAME } : value(sessionName),
    ],
  ],
  ['aws:tagkeys', tagKeys],
  ['aws:sourceidentity', ({ caller }) => (caller.kind === 'user' ? [ABSENT] : [ABSENT, SOME])],
  ['aws:sourceip', sourceIp],
  ['aws:vpcsourceip', throughEndpoint],
  ['aws:sourcevpce', sourceVpce],
  ['aws:sourcevpc', throughEndpoint],
  [
    'aws:requestedregion',
    ({ context: { requestedRegion } }) => [requestedRegion === undefined ? SOME : value(requestedRegion)],
  ],
  ['aws:principalarn', principalArn],
  ['aws:principalaccount', ({ caller }) => [value(caller.account)]],
  ['aws:principalorgid', ({ context }) => fact(context.orgId)],
  ['aws:principalorgpaths', ({ context }) => (context.orgId === null ? [ABSENT] : [ABSENT, SOME])],
  ['aws:resourceorgid', ({ context }) => fact(context.resourceOrgId)],
  ['aws:resourceaccount', ({ role }) => [ABSENT, value(role.account)]],
  ['aws:userid', () => [SOME]],
  ['aws:username', ({ caller }) => [caller.kind === 'user' ? value(caller.name) : ABSENT]],
  ['aws:principalisawsservice', () => [value('false')]],
  ['aws:viaawsservice', () => [ABSENT, value('false')]],
  ['aws:securetransport', () => [value('true')]],
  ['aws:sourcearn', never],
  ['aws:sourceaccount', never],
]);

const PREFIXES: readonly (readonly [string, (call: Call, name: string) => readonly Presence[]])[] = [
  [
    'aws:principaltag/',
    ({ context }, name) => (context.principalTags ? tagValue(context.principalTags, name) : [ABSENT, SOME]),
  ],
  [
    'aws:requesttag/',
    (call, name) => (call.request.tags.is === 'given' ? tagValue(call.request.tags.value, name) : ifTagged(call)),
  ],
];

/** `saml:sub`, or an OIDC provider's host and a claim. Chained sessions may still carry some; a user never does. */
const isFederated = (key: string) =>
  key.startsWith('saml:') || key.slice(0, Math.max(0, key.indexOf(':'))).includes('.');

function presences(key: string, call: Call): readonly Presence[] | null {
  const name = key.toLowerCase();
  const reading = READINGS.get(name);
  if (reading) return reading(call);
  for (const [prefix, read] of PREFIXES) {
    if (name.startsWith(prefix)) return read(call, name.slice(prefix.length));
  }
  if (!isFederated(name)) return null;
  return call.caller.kind === 'user' ? [ABSENT] : [ABSENT, SOME];
}

/** A call of `sts:AssumeRole` as the statements of a policy see it. */
export const accessOf = (call: Call): Access => ({
  caller: call.caller,
  resource: call.role.arn,
  presences: (key) => presences(key, call),
});
