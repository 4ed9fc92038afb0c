import { defineRule, type Rule } from '../../src/model/rule.ts';

/** A role that is written down and gone is found out when it is needed. */
export const rule: Rule = defineRule({
  id: 'role-exists',
  title: 'The deployment role exists',
  severity: 'critical',
  scenarios: ['orchestrator-loss'],
  why: 'A recovery begins by assuming the deployment role; if it was renamed, moved to another path or deleted, nothing after that works. The error has the same text as a denied permission.',
  controls: ['AWS Well-Architected SEC03-BP03 (mapping: dr-audit)'],
  about: 'role',
  needs: ['role.trust'],
  messages: {
    exists: { verdict: 'pass', text: 'role {{arn}} exists' },
    absent: {
      verdict: 'fail',
      text: 'role {{arn}} does not exist',
      fix: 'Correct the ARN where it is named, or re-create the role before it is needed.',
    },
    otherPath: {
      verdict: 'fail',
      text: 'role {{arn}} does not exist; the role of that name is {{instead}}',
      fix: 'Write {{instead}} where the role is named: STS compares the path too.',
    },
  },
  evaluate({ 'role.trust': trust }, { arn }) {
    if (trust.kind === 'exists') return { message: 'exists', data: { arn } };
    return trust.instead === null
      ? { message: 'absent', data: { arn } }
      : { message: 'otherPath', data: { arn, instead: trust.instead } };
  },
});
