import type { InputStanding } from '../../src/model/dependencies.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const most = 5;

/** The first names, secrets marked, with where a copy is kept, and how many more there are. */
function list(inputs: readonly InputStanding[]): string {
  const named = inputs
    .slice(0, most)
    .map(({ name, from, secret, kept }) =>
      [`${name} (${secret ? 'secret, ' : ''}${from})`, ...('where' in kept ? [`in ${kept.where}`] : [])].join(' '),
    );
  return named.join(', ') + (inputs.length > most ? ` and ${inputs.length - most} more` : '');
}

/** What only the orchestrator holds is gone with it, and a write-only value cannot be had back even before. */
export const rule: Rule = defineRule({
  id: 'inputs-recoverable',
  title: 'Inputs and secrets that only the orchestrator holds have a copy elsewhere',
  severity: 'medium',
  scenarios: ['orchestrator-loss'],
  why: 'Variables, secrets and mounted files that are set in the orchestrator exist nowhere else. Without them a plan asks for values that nobody remembers, or is made with others; a write-only secret cannot even be exported while the orchestrator is up.',
  controls: ['NIST 800-53 r5 CP-9 (mapping: dr-audit)', 'ISO 27001:2022 A.8.13 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.inputs'],
  messages: {
    kept: {
      verdict: 'pass',
      text: 'every input that the orchestrator holds can be had without it: {{copies}} by copies with the same SHA-256, {{recorded}} from the record; {{needless}} matter only inside a run',
    },
    none: { verdict: 'pass', text: 'the orchestrator holds no input of this stack' },
    exempt: { verdict: 'not-applicable', text: '{{because}}' },
    differs: {
      verdict: 'fail',
      text: 'another value is kept than the orchestrator has (the SHA-256 differs): {{inputs}}',
      fix: 'Put the current value into escrow, and its SHA-256 into dr-audit.yaml under escrow.',
    },
    lost: {
      verdict: 'fail',
      text: 'held by the orchestrator alone: {{inputs}}',
      fix: 'Commit a record (dr-audit record), which keeps the values of variables that steer the tool, such as TF_CLI_ARGS_init. Keep a copy of every other input where it can be opened without the orchestrator, and say in dr-audit.yaml where, with the SHA-256 of the value:\nescrow: [ { match: "PATTERN", inputs: { {{name}}: SHA256 }, where: "WHO OPENS IT, AND HOW" } ]',
    },
  },
  evaluate({ 'stack.inputs': { exempt, inputs } }) {
    if (exempt !== null) return { message: 'exempt', data: { because: exempt } };
    if (inputs.length === 0) return { message: 'none', data: {} };
    const of = (kind: InputStanding['kept']['kind']) => inputs.filter(({ kept }) => kept.kind === kind);
    const [first] = of('nowhere');
    if (first) return { message: 'lost', data: { inputs: list(of('nowhere')), name: first.name } };
    if (of('differs').length > 0) return { message: 'differs', data: { inputs: list(of('differs')) } };
    const [copies, recorded, needless] = [of('escrow').length, of('record').length, of('needless').length];
    return { message: 'kept', data: { copies, recorded, needless } };
  },
});
