import type { Finding } from '../../model/finding.ts';
import { counted, distinct, type Group, groupBy, listed, sameMessage, worstFirst } from './groups.ts';
import type { Sheet } from './sheet.ts';

/** Failures by rule, the worst first: what, why it matters, where, what to do, and what was seen. */
export function failures(sheet: Sheet): readonly string[] {
  const { report, page, verbosity } = sheet;
  const failed = report.findings
    .filter(({ verdict, waiver }) => verdict === 'fail' && waiver === null)
    .sort(worstFirst);
  return groupBy(failed, ({ rule }) => rule).map(([id, ...findings]) => {
    const rule = report.rules.find((entry) => entry.id === id);
    const why = rule?.why ?? '';
    const heading = page.ink('fail', `${findings[0]?.severity.toUpperCase()} ${id}`);
    const scenarios = rule?.scenarios.filter((scenario) => findings.some((one) => one.scenarios.includes(scenario)));
    return [
      `${heading}  ${page.ink('quiet', scenarios?.join(', ') ?? '')}`,
      page.paragraph(verbosity === 'verbose' ? why : firstSentence(why), 2),
      ...spoken(sameMessage(findings), sheet),
    ].join('\n');
  });
}

// Messages that name a key or a bucket differ on every stack; beyond a few they say how many, not more.
const mostMessages = 3;
const mostPlaces = 4;

/** The messages of one rule that most stacks share, and how many others there are; all of them with -v. */
function spoken(groups: readonly Group[], sheet: Sheet): readonly string[] {
  const { page, verbosity } = sheet;
  if (verbosity === 'verbose' || groups.length <= mostMessages + 1) return groups.map((group) => failure(group, sheet));
  const sorted = [...groups].sort((a, b) => b.findings.length - a.findings.length);
  const rest = sorted.slice(mostMessages).flatMap(({ findings }) => findings.map(({ stack }) => stack));
  const others = `${counted(groups.length - mostMessages, 'more message')} like these (-v prints all): ${listed(distinct(rest), 6).join(', ')}`;
  return [...sorted.slice(0, mostMessages).map((group) => failure(group, sheet)), page.paragraph(others, 2, 'FAIL ')];
}

const firstSentence = (text: string): string => /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;

const placeOf = ({ stack, location }: Finding): string =>
  location ? `${stack} (${location.file}:${location.line}:${location.column})` : stack;

function failure({ finding, findings }: Group, sheet: Sheet): string {
  const { page, verbosity } = sheet;
  // Several subjects of one stack, such as its replicas, may have the same thing said of them.
  const places = distinct(findings.map(placeOf));
  return [
    page.paragraph(finding.message, 2, 'FAIL '),
    ...listed(places, verbosity === 'verbose' ? places.length : mostPlaces).map((place) => page.paragraph(place, 7)),
    ...(finding.fix ? [page.paragraph(finding.fix, 7, 'Do: ')] : []),
    ...seen(finding, sheet),
  ].join('\n');
}

/** The calls that a verdict rests on; when they were made is in the report's head, and in full with -v. */
function seen({ observations, message }: Finding, { report, page, verbosity }: Sheet): readonly string[] {
  const whole = verbosity === 'verbose';
  const lines = report.observations
    .filter(({ id }) => observations.includes(id))
    .sort((a, b) => Number(isAbout(message, b.resource)) - Number(isAbout(message, a.resource)))
    .map(({ call, resource, answer, at }) => `${call} ${resource}: ${answer}${whole ? ` (${at})` : ''}`);
  const [first, ...rest] = listed(lines, whole ? lines.length : 3);
  if (first === undefined) return [];
  return [page.paragraph(first, 7, 'Seen: '), ...rest.map((line) => page.paragraph(line, 13))];
}

/** Whether a message names the thing that a call was about: such a call decides, the others stand around it. */
const isAbout = (message: string, resource: string): boolean =>
  message.includes(resource.slice(resource.lastIndexOf(':') + 1));

/** What passed or does not apply, with its evidence: for `--verbose`. */
export function decided(sheet: Sheet): readonly string[] {
  const { report, page } = sheet;
  const settled = report.findings
    .filter(({ verdict }) => verdict === 'pass' || verdict === 'not-applicable')
    .sort(worstFirst);
  return groupBy(settled, ({ rule }) => rule).map(([rule, ...findings]) =>
    [
      `${page.ink('pass', 'PASS')}  ${rule}`,
      ...sameMessage(findings).flatMap(({ finding, findings: same }) => [
        page.paragraph(`${finding.verdict === 'pass' ? '' : '(not applicable) '}${finding.message}`, 2),
        page.paragraph(distinct(same.map(({ stack }) => stack)).join(', '), 7),
        ...seen(finding, sheet),
      ]),
    ].join('\n'),
  );
}
