import {
  accessAdvice as advice,
  repairers,
  shutMessages,
  spokenAttempt,
  spokenWay,
} from '../../src/model/access-words.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

const fail = <T extends string, F extends string>(text: T, fix: F) => ({ verdict: 'fail', text, fix }) as const;
const pass = <T extends string>(text: T) => ({ verdict: 'pass', text }) as const;
const planned = 'a break-glass role is planned in {{plan}}, which the config accepts; nothing proves that it opens';
const onlyPlanned = 'a break-glass role is only planned ({{plan}}): IAM may not be changeable when it is needed';

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
    open: pass('{{through}} role opens: {{ways}}'),
    planAccepted: pass(planned),
    planned: fail(onlyPlanned, advice.plan),
    closed: fail('none of the emergency principals can assume the role: {{reasons}}', advice.closed),
    repairable: fail('none of the emergency principals can assume the role as things are: {{reasons}}', advice.repair),
    orchestratorOnly: fail('role {{role}} lets in nobody but the orchestrator ({{admits}})', advice.add),
    workerOnly: fail('role {{role}} lets in only workers ({{admits}}), which people reach by SSM alone', advice.worker),
    machines: fail('role {{role}} lets in only services or other CI ({{admits}}), and no person', advice.machines),
    nobodyLeft: fail('role {{role}} lets in nobody any more ({{admits}})', advice.gone),
    roleMissing: fail('role {{role}} does not exist, so nobody can assume it', advice.missing),
  },
  evaluate({ 'stack.emergencyAccess': access }) {
    switch (access.kind) {
      case 'open':
        return { message: 'open', data: { through: access.through, ways: access.ways.map(spokenWay).join('; ') } };
      case 'closed': {
        const reasons = access.attempts.map(spokenAttempt).join('; ');
        const able = repairers(access.attempts);
        if (able === '') return { message: 'closed', data: { reasons } };
        return { message: 'repairable', data: { reasons, repairers: able } };
      }
      case 'shut': {
        const admits = access.admits.join(', ') || 'it names nobody';
        return { message: shutMessages[access.class], data: { role: access.role, admits } };
      }
      case 'role-missing':
        return { message: 'roleMissing', data: { role: access.role } };
      case 'planned':
        return { message: access.accepted ? 'planAccepted' : 'planned', data: { plan: access.plan } };
    }
  },
});
