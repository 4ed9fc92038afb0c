import { defineRule, type Rule } from '../../src/model/rule.ts';

/** The loss of one region may take the orchestrator and the state together: then there is neither a pipeline nor a state. */
export const rule: Rule = defineRule({
  id: 'independent-of-orchestrator-region',
  title: 'State and replica are not both where the orchestrator runs',
  severity: 'low',
  scenarios: ['orchestrator-loss', 'region-loss'],
  why: 'An orchestrator in the region of the state goes down with it: one event takes the pipeline and the state, and whoever planned for either finds both gone. A copy elsewhere is what is left then.',
  controls: ['NIST 800-53 r5 CP-6(1) (mapping: dr-audit)'],
  about: 'state',
  needs: ['state.together'],
  messages: {
    apart: {
      verdict: 'pass',
      text: 'the state has a place where the orchestrator neither runs nor fails over: {{regions}}',
    },
    together: {
      verdict: 'fail',
      text: 'the state is nowhere but where the orchestrator runs or fails over: {{regions}}',
      fix: 'Replicate the state to a region apart from {{orchestrator}} (see state-replicated).',
    },
  },
  evaluate({ 'state.together': { orchestrator, state, replicas } }) {
    const apart = [state, ...replicas].filter((region) => !orchestrator.includes(region));
    if (apart.length > 0) return { message: 'apart', data: { regions: [...new Set(apart)].join(', ') } };
    const regions = [...new Set([state, ...replicas])].join(', ');
    return { message: 'together', data: { regions, orchestrator: orchestrator.join(' and ') } };
  },
});
