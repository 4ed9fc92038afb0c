import { defineRule, type Rule } from '../../src/model/rule.ts';

/** A role that opens and may only look on repairs nothing. */
export const rule: Rule = defineRule({
  id: 'emergency-can-deploy',
  title: 'Whoever gets in without the orchestrator may also deploy',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'A break-glass role that may read everything and change nothing passes every look at who may assume it. In the emergency the plan succeeds, and the apply stops half-way at the first call that the deployment role was allowed and this one is not.',
  controls: ['AWS Well-Architected SEC03-BP03 (mapping: dr-audit)', 'ISO 27001:2022 A.5.30 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.deployRights'],
  messages: {
    same: { verdict: 'pass', text: 'the role that opens is the one that the stack applies with: {{roles}}' },
    covered: {
      verdict: 'pass',
      text: 'break-glass role {{role}} may do all that {{deployment}} may: {{because}}',
    },
    short: {
      verdict: 'fail',
      text: 'break-glass role {{role}} may not do {{action}} on {{resource}}, which {{deployment}} may: {{because}}',
      fix: 'Attach to {{role}} the policies of {{deployment}}, and the same permissions boundary or none; or let the people on call into {{deployment}} itself.',
    },
    nobody: {
      verdict: 'not-applicable',
      text: 'nobody gets in without the orchestrator, so that nothing can be deployed (see role-assumable)',
    },
  },
  evaluate({ 'stack.deployRights': rights }) {
    switch (rights.kind) {
      case 'same':
        return { message: 'same', data: { roles: rights.roles.join(', ') } };
      case 'covered': {
        const { role, deployment, because } = rights;
        return { message: 'covered', data: { role, deployment: deployment.join(', '), because } };
      }
      case 'short': {
        const { role, deployment, action, resource, because } = rights;
        return { message: 'short', data: { role, deployment, action, resource, because } };
      }
      case 'nobody':
        return { message: 'nobody', data: {} };
    }
  },
});
