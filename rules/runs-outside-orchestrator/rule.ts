import type { OrchestratorDependency } from '../../src/model/dependencies.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const most = 3;

const place = ({ location }: OrchestratorDependency): string =>
  location ? ` (${location.file}:${location.line})` : '';

/** The first of them with their places, and how many more there are. */
function list(found: readonly OrchestratorDependency[]): string {
  const shown = found.slice(0, most).map((one) => one.text + place(one));
  return shown.join('; ') + (found.length > most ? `; and ${found.length - most} more` : '');
}

/** What a run of the orchestrator has, a laptop has not: every such thing stops init or plan on the day. */
export const rule: Rule = defineRule({
  id: 'runs-outside-orchestrator',
  title: 'The code runs outside the orchestrator',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'Paths, tokens, variables and hooks that only a run of the orchestrator has make init or plan fail anywhere else, one after the other, at the worst time to find them; a plan without them may also be another plan.',
  controls: ['NIST 800-53 r5 CP-10 (mapping: dr-audit)', 'ISO 27001:2022 A.5.30 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.dependencies'],
  messages: {
    free: { verdict: 'pass', text: 'nothing that was read works only inside the orchestrator' },
    hooked: {
      verdict: 'pass',
      text: 'nothing works only inside the orchestrator; to be run by hand, if at all: {{hooks}}',
    },
    exempt: { verdict: 'not-applicable', text: '{{because}}' },
    bound: {
      verdict: 'fail',
      text: 'works only inside the orchestrator: {{found}}',
      fix: 'Give variables a default, take identities from the environment in place of a path, read states from where they are kept, put what hooks make into the repository or a script in it, and keep resources of the orchestrator in a stack of their own.',
    },
  },
  evaluate({ 'stack.dependencies': { exempt, found, otherHooks } }) {
    if (exempt !== null) return { message: 'exempt', data: { because: exempt } };
    if (found.length > 0) return { message: 'bound', data: { found: list(found) } };
    return otherHooks.length > 0
      ? { message: 'hooked', data: { hooks: otherHooks.join('; ') } }
      : { message: 'free', data: {} };
  },
});
