import { type BackendArgument, backendType, incompleteText, uncommitted, unnamedIn } from '../../src/model/backend.ts';
import { defineRule, type Rule } from '../../src/model/rule.ts';

/** `bucket, key from main.tf:4, region from AWS_REGION`: each source once, behind what it gives. */
function list(found: readonly BackendArgument[]): string {
  const sources = [...new Set(found.map(({ source: { text } }) => text))];
  const namesFrom = (text: string) => found.filter(({ source }) => source.text === text).map(({ name }) => name);
  return sources.map((text) => `${namesFrom(text).join(', ')} from ${text}`).join(', ');
}

/** On the day of the disaster there is a clone of the repository, and nobody's shell, pipeline or `.terraform` directory. */
export const rule: Rule = defineRule({
  id: 'backend-complete',
  title: 'The backend resolves from what is committed',
  severity: 'high',
  scenarios: ['orchestrator-loss'],
  why: 'A backend that a pipeline or the orchestrator completes at run time can be read by nobody when that is gone: terraform init asks for the bucket and the key, and who remembers them wrongly gets an empty state and a plan that creates everything again.',
  controls: ['NIST 800-53 r5 CP-9 (mapping: dr-audit)', 'NIST 800-53 r5 CP-10 (mapping: dr-audit)'],
  about: 'stack',
  needs: ['stack.backend'],
  messages: {
    complete: { verdict: 'pass', text: 'the {{type}} backend resolves from committed files: {{sources}}' },
    undeclared: { verdict: 'not-applicable', text: 'the code has no backend block that could be incomplete' },
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
  evaluate({ 'stack.backend': backend }) {
    if (backend.kind === 'partial') {
      const lacks = incompleteText(backend);
      const file = backend.candidates.find(({ kind }) => kind === 'file')?.text;
      return file ? { message: 'choices', data: { lacks, file } } : { message: 'partial', data: { lacks } };
    }
    const type = backendType(backend);
    const outside = uncommitted(backend);
    if (outside.length > 0) return { message: 'elsewhere', data: { type, sources: list(outside) } };
    const unnamed = unnamedIn(backend);
    if (unnamed) return { message: 'unnamed', data: { type, ...unnamed } };
    if (backend.declaredAt === null) return { message: 'undeclared', data: {} };
    const sources = list(backend.arguments.filter(({ source }) => source.committed)) || 'nothing to fill in';
    return { message: 'complete', data: { type, sources } };
  },
});
