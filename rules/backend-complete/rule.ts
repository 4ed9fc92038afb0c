import { argumentSources, backendType, incompleteText, uncommitted, unnamedIn } from '../../src/model/backend.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

/** On the day of the disaster there is a clone of the repository, and nobody's shell, pipeline or `.terraform` directory. */
export const rule: Rule = defineRule({
  id: 'backend-complete',
  title: 'The backend resolves from what is committed',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'A backend that a pipeline or the orchestrator completes at run time can be read by nobody when that is gone: terraform init asks for the bucket and the key, and who remembers them wrongly gets an empty state and a plan that creates everything again.',
  controls: ['NIST 800-53 r5 CP-9 (mapping: dr-audit)', 'NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.backend', 'stack.mountedBackend'],
  messages: {
    complete: { verdict: 'pass', text: 'the {{type}} backend resolves from committed files: {{sources}}' },
    undeclared: { verdict: 'not-applicable', text: 'the code has no backend block that could be incomplete' },
    mounted: {
      verdict: 'fail',
      text: 'the code has no backend block: the orchestrator mounts {{file}} ({{from}}), which nobody else has',
      fix: 'Commit the backend block that {{file}} has into the root module, and take the file out of the orchestrator.',
    },
    unnamed: {
      verdict: 'fail',
      text: 'the {{type}} backend block does not name the {{what}}, without which init does not start',
      fix: 'Write the {{what}} into the block: {{variable}} is set only where the orchestrator runs Terraform.',
    },
    partial: {
      verdict: 'fail',
      text: '{{lacks}}',
      fix: 'Commit the missing arguments in the backend block, or say in dr-audit.yaml, once, how to make them:\nbackendConfig: [ { match: "PATTERN", values: { bucket: BUCKET, key: "{path}/terraform.tfstate", region: REGION } } ]',
    },
    choices: {
      verdict: 'fail',
      text: '{{lacks}}',
      fix: 'Say in dr-audit.yaml which of the files complete the block, by a name where there are several:\nbackendConfig: [ { match: "PATTERN", name: NAME, files: ["{path}/{{file}}"] } ]',
    },
    elsewhere: {
      verdict: 'fail',
      text: 'the {{type}} backend takes what is in no committed file: {{sources}}',
      fix: 'Commit these arguments in the backend block, or in a -backend-config file that dr-audit.yaml names under backendConfig.',
    },
  },
  evaluate({ 'stack.backend': backend, 'stack.mountedBackend': mounted }) {
    if (mounted) return { message: 'mounted', data: { file: mounted.file, from: mounted.from } };
    if (backend.kind === 'partial') {
      const lacks = incompleteText(backend);
      const file = backend.candidates.find(({ kind }) => kind === 'file')?.text;
      return file ? { message: 'choices', data: { lacks, file } } : { message: 'partial', data: { lacks } };
    }
    const type = backendType(backend);
    const outside = uncommitted(backend);
    if (outside.length > 0) return { message: 'elsewhere', data: { type, sources: argumentSources(outside) } };
    const unnamed = unnamedIn(backend);
    if (unnamed) return { message: 'unnamed', data: { type, ...unnamed } };
    if (backend.declaredAt === null) return { message: 'undeclared', data: {} };
    const sources = argumentSources(backend.arguments.filter(({ source }) => source.committed)) || 'nothing to fill in';
    return { message: 'complete', data: { type, sources } };
  },
});
