import { defineRule, type Rule } from '../../src/model/rule.ts';

const fail = <T extends string>(text: T) =>
  ({
    verdict: 'fail',
    text,
    fix: 'Run dr-audit record while the orchestrator answers (--spacelift api, or a file of what it lists), and commit dr-audit.record.json; in CI, dr-audit record --check tells when it is stale.',
  }) as const;

/** On the day on which the orchestrator cannot be asked, the roles must be written down somewhere else. */
export const rule: Rule = defineRule({
  id: 'role-recorded',
  title: 'The roles that the stack deploys with are in the committed record',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'Which role a stack deploys with is often a setting of the orchestrator and in no file. When it cannot be asked, nobody knows what to assume, nor whether the role in the code is the only one. A list that somebody wrote down once is wrong after the next change.',
  controls: ['AWS Well-Architected REL13-BP02 (mapping: dr-audit)', 'ISO 27001:2022 A.5.30 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.record'],
  messages: {
    recorded: { verdict: 'pass', text: '{{file}} has {{roles}}, recorded {{ageDays}} d before this audit' },
    none: { verdict: 'not-applicable', text: 'it deploys with no role: {{because}}' },
    noRecord: fail('there is no record of the stacks: what this one deploys with is known to the orchestrator alone'),
    notListed: fail('the record {{file}} does not list this stack'),
    missing: fail('the record {{file}} does not have {{missing}}, which this stack deploys with'),
    stale: fail('the record {{file}} is {{ageDays}} days old, more than {{limit}}: it may be wrong by now'),
    ahead: fail('the record {{file}} is dated ahead of this audit ({{recordedAt}}), so that its age is not known'),
  },
  evaluate({ 'stack.record': standing }, _, { recordMaxAgeDays: limit }) {
    switch (standing.kind) {
      case 'no-role':
        return { message: 'none', data: { because: standing.because } };
      case 'no-record':
        return { message: 'noRecord', data: {} };
      case 'not-listed':
        return { message: 'notListed', data: { file: standing.file } };
      case 'listed': {
        const { file, recordedAt, ageDays, missing, roles } = standing;
        if (missing.length > 0) return { message: 'missing', data: { file, missing: missing.join(', ') } };
        if (ageDays < 0) return { message: 'ahead', data: { file, recordedAt } };
        if (ageDays > limit) return { message: 'stale', data: { file, ageDays, limit } };
        return { message: 'recorded', data: { file, roles: roles.join(', '), ageDays } };
      }
    }
  },
});
