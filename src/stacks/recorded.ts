import { isKnown, known } from '../model/fact.ts';
import type { RecordStanding, StackRecord } from '../model/record.ts';
import type { Stack } from '../model/subject.ts';

/** The committed record, and how messages name its file. */
export interface CommittedRecord {
  readonly file: string;
  readonly record: StackRecord;
}

const dayMs = 24 * 60 * 60 * 1000;

const without = (arns: readonly string[], others: readonly string[]): readonly string[] =>
  arns.filter((arn) => !others.includes(arn));

function standingOf(stack: Stack, { file, record }: CommittedRecord, asOf: string): RecordStanding {
  const entry = record.stacks.find(
    ({ id, repository }) =>
      id === stack.id && (repository === null || stack.repository === null || repository === stack.repository),
  );
  if (!entry) return { kind: 'not-listed', file };
  const arns = (entry.roles ?? []).filter(({ use }) => use === 'deploy').map(({ arn }) => arn);
  const roles = [...arns, ...(entry.foreignIdentities ?? [])];
  const named = isKnown(stack.namedRoles) ? stack.namedRoles.known : [];
  const deploying = named.filter(({ use }) => use === 'deploy').map(({ arn }) => arn);
  return {
    kind: 'listed',
    file,
    recordedAt: record.recordedAt,
    ageDays: Math.max(0, Math.floor((Date.parse(asOf) - Date.parse(record.recordedAt)) / dayMs)),
    missing: without(deploying, roles),
    roles,
    values: Object.fromEntries(
      (entry.inputs ?? []).flatMap(({ name, from, value }) => (value === null ? [] : [[`${name} of ${from}`, value]])),
    ),
  };
}

/** The stacks with what the committed record says of each; null without a record. */
export const withRecord = (
  stacks: readonly Stack[],
  committed: CommittedRecord | null,
  asOf: string,
): readonly Stack[] =>
  committed === null
    ? stacks
    : stacks.map((stack) => ({ ...stack, record: known(standingOf(stack, committed, asOf)) }));
