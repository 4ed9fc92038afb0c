import type { Drill } from '../../src/model/assumability.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const told = ({ by, at, file }: Drill) => ({ by, at, file });

/** A way in that was never tried is a plan. */
export const rule: Rule = defineRule({
  id: 'emergency-tested',
  title: 'The break-glass was tried lately, without the orchestrator',
  severity: 'medium',
  scenarios: ['orchestrator-loss'],
  why: 'Policies say that somebody would get in. Whether they find their MFA device, have the tool and its providers, reach the network and know the arguments of the backend shows when somebody tries, and things change after that.',
  controls: [
    'AWS Well-Architected REL13-BP03 (mapping: dr-audit)',
    'ISO 27001:2022 A.5.30 (mapping: dr-audit)',
    'NIST 800-53 r5 CP-4 (mapping: dr-audit)',
  ],
  about: 'stack',
  needs: ['stack.rehearsal'],
  messages: {
    drilled: {
      verdict: 'pass',
      text: 'a drill by {{by}} passed at {{at}}, {{ageDays}} d before this audit ({{file}})',
    },
    used: {
      verdict: 'pass',
      text: '{{role}}, which people alone can assume, was last used at {{at}}, {{ageDays}} d before this audit',
    },
    nobody: {
      verdict: 'not-applicable',
      text: 'nobody gets in without the orchestrator, so that nobody can try it (see role-assumable)',
    },
    drillFailed: {
      verdict: 'fail',
      text: 'the newest drill, by {{by}} at {{at}}, failed ({{file}})',
      fix: 'See in {{file}} which step failed and why, mend that, and drill again.',
    },
    untested: {
      verdict: 'fail',
      text: 'nothing shows that the break-glass was tried in the last {{limit}} days: {{seen}}',
      fix: 'Let one of the emergency principals drill this stack, outside the orchestrator, and keep the result in the directory that attestations in dr-audit.yaml names.',
    },
  },
  evaluate({ 'stack.rehearsal': rehearsal }, _, { drillMaxAgeDays: limit }) {
    switch (rehearsal.kind) {
      case 'drilled':
        return { message: 'drilled', data: { ...told(rehearsal.drill), ageDays: rehearsal.ageDays } };
      case 'used': {
        const { role, at, ageDays } = rehearsal;
        return { message: 'used', data: { role, at, ageDays } };
      }
      case 'nobody':
        return { message: 'nobody', data: {} };
      case 'drill-failed':
        return { message: 'drillFailed', data: told(rehearsal.drill) };
      case 'untested':
        return { message: 'untested', data: { limit, seen: rehearsal.seen } };
    }
  },
});
