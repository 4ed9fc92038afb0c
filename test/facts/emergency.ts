import { expect } from '@jest/globals';
import type { Attempt, EmergencyAccess, Way } from '../../src/model/assumability.ts';
import type { Expectations } from '../../src/model/expectations.ts';
import { type Fact, known } from '../../src/model/fact.ts';
import type { EmergencyPrincipal, NamedRole, Stack } from '../../src/model/subject.ts';
import type { AwsCredentials } from '../aws/accounts.ts';
import { type Audit, type Opened, OTHER, OWN } from '../waist/audit.ts';
import { makeRole, trust } from './people.ts';
import { answersOf, stackOf } from './subjects.ts';

/** A role of the auditor's own account. */
export const roleArn = (name: string, account = OWN): string => `arn:aws:iam::${account}:role/${name}`;

/** The role that stacks deploy with here. */
export const deploy = roleArn('deploy');

/** The user who is on call here. */
export const alice = `arn:aws:iam::${OWN}:user/alice`;

/** The account that has the organization. */
export const MANAGEMENT = '999999999999';

/** A deployment role that the config names. */
export const named = (arn: string, phase: NamedRole['phase'] = 'both'): NamedRole => ({
  arn,
  phase,
  use: 'deploy',
  declaredBy: 'config',
  source: 'config',
});

interface Question {
  readonly people?: readonly EmergencyPrincipal[];
  readonly stack?: Partial<Stack>;
  readonly expected?: Partial<Expectations>;
  /** Accounts besides the auditor's own that have the audit role. */
  readonly accounts?: readonly string[];
  /** As whom the audit runs; its own account's operator unless said. */
  readonly credentials?: AwsCredentials;
}

/** Whether Alice, or those who are said, get into `deploy`. */
export async function accessOf(
  audit: Audit,
  { accounts = [], credentials, ...question }: Question = {},
): Promise<Fact<EmergencyAccess>> {
  const opened = audit.open({
    accounts: accounts.map((id) => ({ id, assumeRole: roleArn('audit', id) })),
    ...(credentials === undefined ? {} : { credentials: async () => credentials }),
  });
  return accessIn(opened, question);
}

/** The same in an audit that is open already, or is replayed. */
export async function accessIn(
  opened: Opened,
  { people = [{ arn: alice }], stack = {}, expected = {} }: Pick<Question, 'people' | 'stack' | 'expected'> = {},
): Promise<Fact<EmergencyAccess>> {
  const subject = stackOf({ namedRoles: known([named(deploy)]), emergencyPrincipals: people, ...stack });
  return (await answersOf(opened, expected).answer('stack.emergencyAccess', subject)).fact;
}

/** Makes the role with which the auditor reads another account. */
export const makeAudited = (audit: Audit, account = OTHER): Promise<string> =>
  makeRole(audit.connect({ account }).iam, 'audit', { trusts: trust({ AWS: '*' }) });

// A matcher stands where the text is.
const because = expect.any(String) as unknown as string;

/** A way into `deploy` that takes nothing. */
const wayIn = (changes: Partial<Way> = {}): Way => ({
  role: deploy,
  principal: alice,
  via: [],
  requires: [],
  assumes: [],
  because,
  maxSessionSeconds: 3600,
  caveat: null,
  probe: null,
  ...changes,
});

/** Open through the deployment role, by this way. */
export const open = (changes: Partial<Way> = {}): Fact<EmergencyAccess> =>
  known({ kind: 'open', through: 'deployment', ways: [wayIn(changes)] });

/** Closed, with one refusal. */
export const closed = (changes: Partial<Attempt> = {}): Fact<EmergencyAccess> =>
  known({
    kind: 'closed',
    attempts: [{ role: deploy, principal: alice, because, mayRepair: false, ...changes }],
  });
