import type { ToolPin } from '../../src/model/dependencies.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const spoken = ({ tool, version, source }: ToolPin): string => `${tool ?? ''} ${version} (${source})`.trim();
const bare = (version: string): string => version.replace(/^=?\s*v?/, '').trim();

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
      text: 'the versions contradict each other: {{pins}}',
      fix: 'Write the version that the orchestrator runs into .terraform-version (or .opentofu-version) beside the code.',
    },
    open: {
      verdict: 'fail',
      text: 'no source states one version of {{tools}}{{said}}',
      fix: 'Commit .terraform-version (or .opentofu-version, .terragrunt-version) with the version that ran last.',
    },
  },
  evaluate({ 'stack.pins': { pins, open, otherwise } }) {
    const exact = pins.filter((pin) => pin.exact);
    if (open.length > 0) {
      const ranges = pins.filter((pin) => !pin.exact).map(spoken);
      const said = [...ranges, ...(otherwise === null ? [] : [otherwise])].join('; ');
      return { message: 'open', data: { tools: open.join(' and '), said: said === '' ? '' : `: ${said}` } };
    }
    const differing = exact.some((one) =>
      exact.some(
        (other) =>
          (one.tool ?? other.tool) === (other.tool ?? one.tool) &&
          one.tool !== 'terragrunt' &&
          bare(one.version) !== bare(other.version),
      ),
    );
    const text = exact.map(spoken).join(', ');
    return differing ? { message: 'contradict', data: { pins: text } } : { message: 'pinned', data: { pins: text } };
  },
});
