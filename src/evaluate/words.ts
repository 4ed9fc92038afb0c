import { meanings } from '../model/causes.ts';
import type { Gap, GapCause } from '../model/gap.ts';
import type { Message, Scalar } from '../model/rule.ts';

type Data = Readonly<Record<string, Scalar>>;

const filled = (template: string, data: Data, spoken: (value: string) => string): string =>
  template.replace(/\{\{(\w+)\}\}/g, (hole, name: string) =>
    // Lines are the template's own: one in a value could pass for another line of the report.
    Object.hasOwn(data, name) ? spoken(String(data[name]).replaceAll('\n', '\\n')) : hole,
  );

/** Fills the `{{holes}}` of a template. */
export const fill = (template: string, data: Data): string => filled(template, data, (value) => value);

const isCommand = (line: string): boolean => /^(?:aws|terraform|tofu) /.test(line);

/** A word for the shell. Keys and names are the audited code's, and may hold anything: `x$(rm -rf .)` too. */
const shellWord = (value: string): string =>
  /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/** The fix of a message, filled, so that its commands can be pasted; null when there is nothing to fix. */
export function fixOf(message: Message, data: Data): string | null {
  if (!('fix' in message)) return null;
  const lines = message.fix.split('\n');
  return lines.map((line) => filled(line, data, isCommand(line) ? shellWord : (value) => value)).join('\n');
}

/** One sentence for a verdict of `unknown`. */
export const sentenceOf = ({ fact, cause, detail }: Gap): string =>
  `${fact} is unknown: ${meanings[cause]} (${detail})`;

/** What to do about each cause, as the `fix` of an unknown finding; null where the detail says it all. */
const wayOut: Readonly<Record<GapCause, (gap: Gap) => string | null>> = {
  'access-denied': ({ permission, resource }) =>
    permission
      ? `Allow ${permission} on ${resource ?? 'the resource'} for the auditor (dr-audit permissions prints the whole policy).`
      : null,
  'not-found': () => 'Correct the name, or create what is missing.',
  throttled: () => 'Run again with a lower --max-rate.',
  'wrong-region': () => 'Correct the region in the backend block.',
  'not-implemented': () => 'Verify it with the tools of the store; S3 does not tell it there.',
  'not-aws-shaped': () => 'Look for a proxy, a captive portal or a wrong endpoint between the auditor and AWS.',
  'unexpected-answer': () => 'Save the evidence (--save) and report it as a bug.',
  unreachable: () => 'Check the network path and the endpoint, then run again.',
  'no-credentials': () => 'Give the auditor read-only credentials (dr-audit permissions prints the policy it needs).',
  'credentials-rejected': () => 'Renew the auditor’s credentials, then run again.',
  'not-asked': () => null,
  'not-recorded': () => 'Record again with --save and the same options.',
  'endpoint-not-allowed': () =>
    'If the endpoint is yours, allow it under endpoints.allow in a file given with --config.',
  'account-not-read': ({ resource }) =>
    `Add a read-only audit role for ${resource ?? 'the account'} under accounts in a file given with --config.`,
  deadline: () => 'Raise --deadline.',
  interrupted: () => 'Run again.',
  unparsable: ({ detail }) => `Correct what is refused: ${detail}`,
  // As the rule backend-complete has it: one thing to do, whoever says it.
  'backend-incomplete': () =>
    'Commit the missing arguments in the backend block, or say in dr-audit.yaml, once, how to make them:\nbackendConfig: [ { match: "PATTERN", values: { bucket: BUCKET, key: "{path}/terraform.tfstate", region: REGION } } ]',
  'backend-unsupported': () => null,
  'never-applied': () => null,
  'no-inventory': () =>
    'Read the stacks from the orchestrator while it is up: --spacelift api, or --spacelift FILE with what spacectl printed; then keep them with dr-audit record.',
  'not-in-inventory': () =>
    'Read the inventory from a source that tells more: --spacelift api, or dr-audit.graphql answered by spacectl api.',
  'role-not-named': () =>
    'Name the deployment role in dr-audit.yaml:\nroles: [ { match: "**", deploy: "arn:aws:iam::ACCOUNT:role/NAME" } ]',
  'no-principals-configured': () =>
    'Name the people on call in dr-audit.yaml:\nemergency: { principals: [ { arn: "arn:aws:iam::ACCOUNT:role/NAME" } ] }',
  undecided: () => null,
};

/** What to do about a gap. */
export const wayOutOf = (gap: Gap): string | null => wayOut[gap.cause](gap);
