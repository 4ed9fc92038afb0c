import type { Finding, Verdict } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';

/** The report that `-f json` printed. */
export const reportIn = (json: string): Report => JSON.parse(json) as Report;

/**
 * `verdict message-id` by rule, for one stack. Some rules are about the state's own place and about its replica: the name of
 * the second has ` (replica)` behind it, and ` (unseen)` where it is not known what replicas there are.
 */
export function verdictsOf({ findings, stacks }: Report, stack: string): Readonly<Record<string, string>> {
  const home = `s3://${stacks.find(({ id }) => id === stack)?.state.bucket}/`;
  const own = findings.filter((finding) => finding.stack === stack);
  const places = new Set(own.flatMap(({ rule, subject }) => (subject.kind === 'copy' ? [rule] : [])));
  const nameOf = ({ rule, subject }: Finding): string => {
    if (subject.kind === 'stack') return places.has(rule) ? `${rule} (unseen)` : rule;
    return subject.id.startsWith('s3://') && !subject.id.startsWith(home) ? `${rule} (replica)` : rule;
  };
  const entries = own.map((finding): readonly [string, string] => [
    nameOf(finding),
    `${finding.verdict} ${finding.messageId}`,
  ]);
  const names = entries.map(([rule]) => rule);
  if (new Set(names).size < names.length) throw new Error(`two findings of one rule about one place: ${names.join()}`);
  return Object.fromEntries(entries);
}

/** The one finding of a rule about a stack. */
export function findingOf({ findings }: Report, stack: string, rule: string): Finding {
  const [finding, ...others] = findings.filter((each) => each.stack === stack && each.rule === rule);
  if (!finding || others.length > 0)
    throw new Error(`${others.length + (finding ? 1 : 0)} findings of ${rule} on ${stack}`);
  return finding;
}

/** The causes of the gaps of findings with a verdict. */
export const causesIn = ({ findings }: Report, verdict: Verdict = 'unknown'): readonly string[] => [
  ...new Set(
    findings.filter((finding) => finding.verdict === verdict).flatMap(({ gaps }) => gaps.map(({ cause }) => cause)),
  ),
];

/** The report without the one field in which two runs over the same evidence differ. */
export const timeless = (json: string): string => json.replace(/"generatedAt": "[^"]*"/, '"generatedAt": "…"');

/** Where the state of a stack is, and for each argument that locates it who says so. */
export function backendOf({ stacks }: Report, stack: string) {
  const [found] = stacks.filter(({ id }) => id === stack);
  if (!found) throw new Error(`no stack ${stack} among ${stacks.map(({ id }) => id).join(', ')}`);
  const { bucket, key, arguments: given } = found.state;
  const from = given.filter(({ source }) => source !== 'default').map(({ name, source }) => [name, source]);
  return { bucket, key, from: Object.fromEntries(from) as Readonly<Record<string, string>> };
}

/** `kind: message` of every problem. */
export const problemsIn = ({ problems }: Report): readonly string[] =>
  problems.map(({ kind, message }) => `${kind}: ${message}`);
