import type { ToolPin } from '../../src/model/dependencies.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const spoken = ({ tool, version, source }: ToolPin): string => `${tool ?? ''} ${version} (${source})`.trim();

const most = 5;
const list = (texts: readonly string[], separator: string): string =>
  texts.slice(0, most).join(separator) + (texts.length > most ? ` and ${texts.length - most} more` : '');

/** A newer Terraform writes a state that the older one refuses: which version ran is part of what must be known. */
export const rule: Rule = defineRule({
  id: 'tool-version-pinned',
  title: 'The tool and its version are known from the repository or the record',
  severity: 'medium',
  scenarios: ['orchestrator-loss'],
  why: 'A state that a newer version has written is refused by older ones, and an older state is upgraded by the first newer version that touches it, after which the orchestrator refuses it. Who plans by hand must know which version ran last.',
  controls: ['NIST 800-53 r5 CM-2 (mapping: dr-audit)', 'NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.pins'],
  messages: {
    pinned: { verdict: 'pass', text: '{{pins}}' },
    contradict: {
      verdict: 'fail',
      text: 'the sources contradict each other: {{statements}}',
      fix: 'Find out which version ran last, and state that one in the code (.terraform-version, .opentofu-version or required_version) and in the orchestrator.',
    },
    open: {
      verdict: 'fail',
      text: 'no source states one version of {{tools}}{{said}}',
      fix: 'Commit .terraform-version (or .opentofu-version, .terragrunt-version) with the version that ran last.',
    },
  },
  evaluate({ 'stack.pins': { pins, open, disagree, otherwise } }) {
    if (disagree.length > 0) return { message: 'contradict', data: { statements: list(disagree, ', ') } };
    if (open.length === 0)
      return { message: 'pinned', data: { pins: list(pins.filter(({ exact }) => exact).map(spoken), ', ') } };
    const about = pins.filter(({ tool, exact }) =>
      open.some((one) =>
        one === 'the tool' ? tool !== 'terragrunt' : !exact && (tool ?? (one === 'terragrunt' ? null : one)) === one,
      ),
    );
    const said = list([...about.map(spoken), ...(otherwise === null ? [] : [otherwise])], '; ');
    return { message: 'open', data: { tools: open.join(' and '), said: said === '' ? '' : `: ${said}` } };
  },
});
