import { defineRule, type Rule } from '../../src/model/rule.ts';

const most = 3;

/** Init downloads modules and providers before it does anything else: from a registry that is gone it gets neither. */
export const rule: Rule = defineRule({
  id: 'modules-reachable',
  title: 'No module or provider comes from the orchestrator’s registry',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'Modules and providers of the orchestrator’s private registry are served by the orchestrator. When it is gone, terraform init ends at the first of them, and the code of a module that nobody mirrored is out of reach.',
  controls: ['NIST 800-53 r5 CP-10 (mapping: dr-audit)', 'ISO 27001:2022 A.5.19 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.registries'],
  messages: {
    reachable: { verdict: 'pass', text: 'no module and no provider comes from the orchestrator’s registry' },
    exempt: { verdict: 'not-applicable', text: '{{because}}' },
    hosted: {
      verdict: 'fail',
      text: 'gone with the orchestrator: {{sources}}',
      fix: 'Take the module from its repository by a tag, git::https://HOST/OWNER/REPOSITORY.git?ref=TAG, or from a registry of your own; install a provider from a mirror that the CLI configuration names under provider_installation.',
    },
  },
  evaluate({ 'stack.registries': { exempt, found } }) {
    if (exempt !== null) return { message: 'exempt', data: { because: exempt } };
    if (found.length === 0) return { message: 'reachable', data: {} };
    const shown = found
      .slice(0, most)
      .map(({ text, location }) => text + (location ? ` (${location.file}:${location.line})` : ''));
    const more = found.length > most ? `; and ${found.length - most} more` : '';
    return { message: 'hosted', data: { sources: shown.join('; ') + more } };
  },
});
