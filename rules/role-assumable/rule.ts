import { defineRule, type Rule } from '../../src/model/rule.ts';

/** Somebody with a name must be let in when the orchestrator cannot be asked. */
export const rule: Rule = defineRule({
  id: 'role-assumable',
  title: 'Somebody can assume the role without the orchestrator',
  severity: 'critical',
  scenarios: ['orchestrator-loss'],
  why: 'When the orchestrator is down, a role that trusts only the orchestrator lets nobody in: the state and the code are at hand, and nobody may use them. A trust policy cannot be changed by people who are not let in.',
  controls: ['AWS Well-Architected SEC03-BP03 (mapping: dr-audit)', 'ISO 27001:2022 A.5.30 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.emergencyAccess'],
  messages: {
    open: { verdict: 'pass', text: '{{through}} role opens: {{ways}} (organization policies were not read)' },
    planAccepted: {
      verdict: 'pass',
      text: 'a break-glass role is planned in {{plan}}, which the config accepts; nothing proves that it would let anybody in',
    },
    closed: {
      verdict: 'fail',
      text: 'none of the emergency principals can assume the role: {{reasons}}',
      fix: 'Add the principal to the role’s trust policy and allow it sts:AssumeRole on the role, or name a break-glass role under emergency.roles.',
    },
    orchestratorOnly: {
      verdict: 'fail',
      text: 'role {{role}} lets in nobody but the orchestrator ({{admits}})',
      fix: 'Add a statement to the trust policy that lets the people on call in, or name a break-glass role under emergency.roles.',
    },
    roleMissing: {
      verdict: 'fail',
      text: 'role {{role}} does not exist, so nobody can assume it',
      fix: 'Correct the ARN where it is named, or re-create the role (see role-exists).',
    },
    planned: {
      verdict: 'fail',
      text: 'a break-glass role is only planned ({{plan}}): IAM may not be changeable when it is needed',
      fix: 'Create the role now and name it under emergency.roles, or accept the plan there with accepted: true.',
    },
  },
  evaluate({ 'stack.emergencyAccess': access }) {
    switch (access.kind) {
      case 'open': {
        const ways = access.ways.map(({ role, principal }) => `${role} by ${principal}`).join('; ');
        return { message: 'open', data: { through: access.through, ways } };
      }
      case 'closed': {
        const reasons = access.attempts
          .map((one) => `${one.principal} on ${one.role}: ${one.answer.because}`)
          .join('; ');
        return { message: 'closed', data: { reasons } };
      }
      case 'orchestrator-only':
        return { message: 'orchestratorOnly', data: { role: access.role, admits: access.admits.join(', ') } };
      case 'role-missing':
        return { message: 'roleMissing', data: { role: access.role } };
      case 'planned':
        return { message: access.accepted ? 'planAccepted' : 'planned', data: { plan: access.plan } };
    }
  },
});
