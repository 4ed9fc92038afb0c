import { rules } from '../../rules/index.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Readiness, Report, StackReport, Tally } from '../../src/model/report.ts';
import type { Verbosity } from '../../src/render/text/sheet.ts';
import { renderText } from '../../src/render/text/text.ts';
import { readinessOf, readyByWaiver } from '../../src/report/readiness.ts';
import { findingWith } from '../report/samples.ts';

/** A finding about a stack; a failed, critical one until changed. */
export const finding = (stack: string, changes: Partial<Finding> = {}): Finding =>
  findingWith({ stack, location: { file: `${stack}/main.tf`, line: 2, column: 3 }, ...changes });

const tally = (readiness: readonly Readiness[]): Tally => ({
  ready: readiness.filter((one) => one === 'ready').length,
  unready: readiness.filter((one) => one === 'unready').length,
  unknown: readiness.filter((one) => one === 'unknown').length,
});

const entry = (id: string, readiness: Readiness): StackReport => ({
  id,
  repository: null,
  path: id,
  workspace: 'default',
  readiness,
  scenarios: { 'orchestrator-loss': readiness, 'region-loss': readiness },
  state: { backend: 's3', bucket: null, key: null, region: null, place: null, arguments: [], replicas: null },
  roles: [],
  orchestrator: null,
});

/** A report of these findings, counted as the real one is; what is changed is taken as given. */
export function reportOf(findings: readonly Finding[], changes: Partial<Report> = {}): Report {
  const ids = [...new Set(findings.map(({ stack }) => stack))];
  const own = (id: string) => findings.filter(({ stack }) => stack === id);
  const stacks = ids.map((id) => entry(id, readinessOf(own(id))));
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const counts = tally(stacks.map(({ readiness }) => readiness));
  return {
    schemaVersion: 1,
    tool: { name: 'dr-audit', version: '1.2.3' },
    generatedAt: '2026-05-04T03:02:01.000Z',
    asOf: '2026-05-04T03:02:00.000Z',
    caller: { arn: 'arn:aws:iam::111111111111:user/auditor', accounts: [] },
    scope: { paths: ['.'], rules: 'all', static: false, lost: null },
    summary: {
      stacks: stacks.length,
      ...counts,
      spared: 0,
      sparedRegions: [],
      readyByWaiver: ids.filter((id) => readyByWaiver(own(id))).length,
      scenarios: { 'orchestrator-loss': counts, 'region-loss': counts },
      findings: {
        pass: count('pass'),
        fail: count('fail'),
        unknown: count('unknown'),
        'not-applicable': count('not-applicable'),
      },
    },
    rules: rules.map(({ id, title, severity, scenarios, why }) => ({ id, title, severity, scenarios, why })),
    stacks,
    findings,
    observations: [],
    problems: [],
    ...changes,
  };
}

/** The report as text: 80 columns, no colour, normal, unless changed. */
export const draw = (
  report: Report,
  changes: { readonly width?: number; readonly colour?: boolean; readonly verbosity?: Verbosity } = {},
) => renderText(report, { width: 80, colour: false, verbosity: 'normal', ...changes });
/** The lines of a text. */
export const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');
/** The last line of a text. */
export const lastLine = (text: string): string | undefined => linesOf(text).at(-1);

/** A denial, as findings carry it. */
export const gap = {
  fact: 'bucket.versioning',
  cause: 'access-denied',
  detail: 'HTTP 403 AccessDenied',
  permission: 's3:GetBucketVersioning',
  resource: 'arn:aws:s3:::locked',
} as const;

/** `0`, `1`, … below a number. */
export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Six hundred stacks with something of everything: what a large estate looks like on its first day. */
export function largeEstate(): Report {
  const findings = upTo(600).flatMap((index): readonly Finding[] => {
    const stack = `teams/team-${index % 40}/stacks/service-${index}`;
    const bucket = `acme-state-${index % 12}`;
    return [
      finding(stack, {
        rule: 'state-external',
        verdict: 'pass',
        message: `state is kept by the team: s3 bucket ${bucket}`,
      }),
      index % 3 === 0
        ? finding(stack, {
            message: `versioning of bucket ${bucket} is suspended`,
            fix: `Switch versioning on:\naws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
          })
        : finding(stack, { verdict: 'pass', message: `bucket ${bucket} keeps every version` }),
      index % 2 === 0
        ? finding(stack, {
            rule: 'state-replicated',
            verdict: 'unknown',
            fix: `Allow s3:GetReplicationConfiguration on arn:aws:s3:::${bucket} for the auditor.`,
            gaps: [
              {
                fact: 'bucket.replication',
                cause: 'access-denied',
                detail: `HTTP 403 AccessDenied on ${bucket}`,
                permission: 's3:GetReplicationConfiguration',
                resource: `arn:aws:s3:::${bucket}`,
              },
            ],
          })
        : finding(stack, {
            rule: 'state-replicated',
            message: `bucket ${bucket} has no replication rule: the state of ${stack} exists in one region only`,
            fix: 'Add a replication rule.',
          }),
      finding(stack, {
        rule: 'role-exists',
        severity: 'critical',
        verdict: 'unknown',
        fix: 'Name it in dr-audit.yaml:\nroles: [ … ]',
        gaps: [
          { fact: 'stack.roles', cause: 'role-not-named', detail: 'neither the code nor the config names a role' },
        ],
      }),
      finding(stack, {
        rule: 'mfa-delete',
        severity: 'medium',
        message: `MFA delete of bucket ${bucket} is not enabled`,
        fix: `As the root user:\naws s3api put-bucket-versioning --bucket ${bucket}`,
      }),
    ];
  });
  return reportOf(findings);
}
