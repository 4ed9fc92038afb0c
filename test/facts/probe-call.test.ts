import { expect, test } from '@jest/globals';
import { strangenessOf } from '../../src/facts/probe-call.ts';
import { wayOf } from './fabricated.ts';

const [own, other] = ['111111111111', '222222222222'];
const user = `arn:aws:iam::${own}:user/people/ann`;
const role = `arn:aws:iam::${own}:role/people/oncall`;
const session = `arn:aws:sts::${own}:assumed-role/oncall/ann`;

/** Who a way is for, as whom the audit runs, and whether these are the same. */
test.each([
  [user, user, true],
  [role, session, true],
  [role, `arn:aws:sts::${own}:assumed-role/oncall/ann@acme.com`, true],
  [session, session, true],
  [session, `arn:aws:sts::${own}:assumed-role/oncall/bob`, false],
  [user, `arn:aws:iam::${own}:user/ann`, false],
  [user, `arn:aws:iam::${own}:root`, false],
  [user, session, false],
  [role, `arn:aws:sts::${other}:assumed-role/oncall/ann`, false],
  [role, `arn:aws-cn:sts::${own}:assumed-role/oncall/ann`, false],
  [role, `arn:aws:sts::${own}:assumed-role/oncall2/ann`, false],
  [role, `arn:aws:sts::${own}:federated-user/oncall`, false],
  [role, `arn:aws:sts::${own}:assumed-role/people/oncall`, false],
  // A user is never a session, though the names agree.
  [`arn:aws:iam::${own}:user/oncall`, session, false],
  [role, 'no ARN at all', false],
])('%s is %s: %s', (principal, caller, same) => {
  expect(strangenessOf(wayOf({ principal }), caller)).toBe(same ? null : `the audit runs as ${caller}`);
});
