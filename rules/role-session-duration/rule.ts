import { defineRule, type Rule } from '../../src/model/rule.ts';

/** A session that ends in the middle of an apply leaves half of it behind, and perhaps a lock. */
export const rule: Rule = defineRule({
  id: 'role-session-duration',
  title: 'The session of those who get in lasts as long as an apply',
  severity: 'low',
  scenarios: ['orchestrator-loss'],
  why: 'Credentials that expire in the middle of an apply stop it there: what was changed last is not in the state, which cannot be written any more, and the lock stays. The session of a chain of roles ends after one hour, whatever the role allows.',
  controls: ['AWS Well-Architected SEC03-BP03 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.session'],
  messages: {
    enough: {
      verdict: 'pass',
      text: 'a session of {{role}} lasts {{minutes}} minutes at most, and {{limit}} are asked for',
    },
    nobody: {
      verdict: 'not-applicable',
      text: 'nobody gets in without the orchestrator, so that there is no session (see role-assumable)',
    },
    short: {
      verdict: 'fail',
      text: 'a session of {{role}} lasts {{minutes}} minutes at most, and {{limit}} are asked for',
      fix: 'Raise the role’s MaxSessionDuration; twelve hours (43200 seconds) is the most that IAM takes:\naws iam update-role --role-name {{name}} --max-session-duration {{seconds}}',
    },
    chained: {
      verdict: 'fail',
      text: 'a session of {{role}} lasts {{minutes}} minutes at most, because one role leads to another (role chaining), and {{limit}} are asked for',
      fix: 'MaxSessionDuration does not help here. Let an IAM user assume the role directly, let the people sign in to it (a permission set or SAML) without a role before it, or assume the role again before the session ends.',
    },
  },
  evaluate({ 'stack.session': session }, _, { minSessionMinutes: limit }) {
    if (session.kind === 'nobody') return { message: 'nobody', data: {} };
    const { role, seconds, chained } = session;
    const data = { role, minutes: Math.floor(seconds / 60), limit };
    if (seconds >= limit * 60) return { message: 'enough', data };
    if (chained) return { message: 'chained', data };
    // The last segment of a role's ARN is its name; commands take it without the path.
    const name = role.slice(role.lastIndexOf('/') + 1);
    return { message: 'short', data: { ...data, name, seconds: Math.min(limit * 60, 43_200) } };
  },
});
