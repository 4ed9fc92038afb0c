import { defineRule, type Rule } from '../../src/model/rule.ts';

/** The state must not go down with the orchestrator, or with one person's disk. */
export const rule: Rule = defineRule({
  id: 'state-external',
  title: 'State is kept in a backend that the team owns',
  severity: 'critical',
  scenarios: ['orchestrator-loss'],
  why: 'State that the orchestrator keeps is out of reach exactly when the orchestrator is; state on one disk is lost with it. Without the state, Terraform plans to create everything a second time.',
  controls: ['NIST 800-53 r5 CP-6(1) (mapping: dr-audit)', 'ISO 27001:2022 A.5.19 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.custody'],
  messages: {
    team: { verdict: 'pass', text: 'state is kept by the team: {{backend}} {{place}}' },
    service: {
      verdict: 'fail',
      text: 'state is kept by {{service}} at {{hostname}}, and is out of reach when that is',
      fix: 'While it answers, pull the state and push it to a bucket of the team, with backend "s3" { … } in place of the block:\nterraform state pull > state.json\nterraform init -reconfigure && terraform state push state.json',
    },
    managed: {
      verdict: 'fail',
      text: 'state is kept by {{service}}, and is out of reach when that is',
      fix: 'While it answers, pull the state; whether {{service}} keeps it is decided when the stack is made, so make the stack again without that, add a backend "s3" { … } block, and push:\nterraform state pull > state.json\nterraform init -reconfigure && terraform state push state.json',
    },
    selfHosted: {
      verdict: 'pass',
      text: 'state is kept by the {{service}} that the team runs, in a bucket of its own: it is there when {{service}} is not, and only somebody who knows the bucket finds it',
    },
    local: {
      verdict: 'fail',
      text: 'state is a local file: it exists on the machine that applied last, and nowhere else',
      fix: 'Replace the block by backend "s3" { … } on the machine that has the file:\nterraform init -migrate-state',
    },
    undeclared: {
      verdict: 'fail',
      text: 'the code has no backend block: state is a local file, or is kept by whatever runs it',
      fix: 'Add a backend "s3" { … } block. If the orchestrator keeps the state, pull it there first, and push it afterwards:\nterraform state pull > state.json\nterraform init -reconfigure && terraform state push state.json',
    },
  },
  evaluate({ 'stack.custody': custody }) {
    switch (custody.kind) {
      case 'team':
        return { message: 'team', data: { backend: custody.backend, place: custody.place } };
      case 'service':
        return custody.hostname === null
          ? { message: 'managed', data: { service: custody.service } }
          : { message: 'service', data: { service: custody.service, hostname: custody.hostname } };
      case 'self-hosted':
        return { message: 'selfHosted', data: { service: custody.service } };
      case 'local':
        return { message: custody.declared ? 'local' : 'undeclared', data: {} };
    }
  },
});
