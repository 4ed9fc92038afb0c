import type { InventoryHook } from '../model/inventory.ts';
import type { RecordedInput, RecordedRole, RecordedStack, RecordedState, StackRecord } from '../model/record.ts';
import { changes, items, scalar, word } from './compare-items.ts';
import { keyOf } from './fields.ts';

const text = (value: number | null): string | null => (value === null ? null : String(value));

const role = {
  what: 'the roles',
  key: ({ arn, use, phase, source }: RecordedRole) => keyOf(arn, use, phase, source),
  name: ({ arn, use, phase, source }: RecordedRole) =>
    `role ${use === 'state' ? 'of the state' : phase} ${arn} (${source})`,
  of: (one: RecordedRole, other: RecordedRole) => [
    ...scalar('who assumes it', one.mechanism, other.mechanism),
    ...scalar('external id', one.externalId, other.externalId),
    ...scalar('seconds', text(one.durationSeconds), text(other.durationSeconds)),
  ],
};

const escrowText = ({ escrow }: RecordedInput): string | null =>
  escrow && `${escrow.where}${escrow.sha256 === null ? '' : ` (${escrow.sha256})`}`;

const input = {
  what: 'the inputs',
  key: ({ name, kind, from }: RecordedInput) => keyOf(name, kind, from),
  name: ({ name, kind, from }: RecordedInput) => `${kind} ${name} of ${from}`,
  of: (one: RecordedInput, other: RecordedInput) => [
    ...(one.checksum === other.checksum ? [] : ['its checksum changed']),
    ...(one.secret === other.secret ? [] : [other.secret ? 'it is secret now' : 'it is not secret any more']),
    ...scalar('value', one.value, other.value),
    ...scalar('escrow', escrowText(one), escrowText(other)),
  ],
};

/** Hooks of one point and source are one, in their order. */
const hooksAt = (hooks: readonly InventoryHook[] | null) => {
  const found = new Map<string, { readonly point: string; readonly from: string; readonly commands: string[] }>();
  for (const { point, from, commands } of hooks ?? []) {
    const at = found.get(keyOf(point, from));
    if (at) at.commands.push(...commands);
    else found.set(keyOf(point, from), { point, from, commands: [...commands] });
  }
  return hooks && [...found.values()];
};

const hook = {
  what: 'the hooks',
  key: ({ point, from }: InventoryHook) => keyOf(point, from),
  name: ({ point, from }: InventoryHook) => `hook ${point} of ${from}`,
  of: (one: InventoryHook, other: InventoryHook) =>
    one.commands.join('\n') === other.commands.join('\n') ? [] : ['its commands changed'],
};

const replicaText = ({ bucket, region }: { readonly bucket: string; readonly region: string | null }): string =>
  region === null ? bucket : `${bucket} in ${region}`;

function stateLines(old: RecordedState | null, now: RecordedState | null): readonly string[] {
  if (old === null || now === null) return scalar('the state', old?.backend ?? null, now?.backend ?? null);
  const names = [...new Set([...Object.keys(old.arguments), ...Object.keys(now.arguments)])].sort();
  const given = ({ arguments: given }: RecordedState, at: string) =>
    Object.hasOwn(given, at) ? (given[at] ?? null) : null;
  const [before = null, after = null] = [old.replicas, now.replicas].map((replicas) => replicas?.map(replicaText));
  return [
    ...scalar('backend', old.backend, now.backend),
    ...scalar('state bucket', old.bucket, now.bucket),
    ...scalar('state key', old.key, now.key),
    ...scalar('state region', old.region, now.region),
    ...scalar('place of the state', old.place, now.place),
    ...names.flatMap((at) => scalar(`backend argument ${at}`, given(old, at), given(now, at))),
    ...items(before, after, word('replica', 'the replicas')),
  ];
}

type Orchestrator = RecordedStack['orchestrator'];

function orchestratorLines(old: Orchestrator, now: Orchestrator): readonly string[] {
  if (old === null || now === null) return scalar('stack of the orchestrator', old?.id ?? null, now?.id ?? null);
  return [
    ...scalar('orchestrator', old.kind, now.kind),
    ...scalar('stack of the orchestrator', old.id, now.id),
    ...scalar('name', old.name, now.name),
    ...scalar('repository there', old.repository, now.repository),
    ...scalar('hosted by the orchestrator', old.repositoryHosted, now.repositoryHosted),
    ...scalar('branch', old.branch, now.branch),
    ...scalar('project root', old.projectRoot, now.projectRoot),
    ...scalar('administrative', old.administrative, now.administrative),
    ...scalar('keeper of the state', old.stateKeeping, now.stateKeeping),
    ...scalar('workspace there', old.workspace, now.workspace),
    ...scalar('worker pool', old.workerPool, now.workerPool),
    ...items(old.labels, now.labels, word('label', 'the labels')),
  ];
}

const vendorText = ({ vendor }: RecordedStack): string | null =>
  vendor &&
  Object.entries(vendor)
    .flatMap(([field, value]) => (value === null ? [] : [field === 'kind' ? value : `${field} ${value}`]))
    .join(', ');

const stackLines = (old: RecordedStack, now: RecordedStack): readonly string[] => [
  ...scalar('repository', old.repository, now.repository),
  ...scalar('path', old.path, now.path),
  ...scalar('workspace', old.workspace, now.workspace),
  ...orchestratorLines(old.orchestrator, now.orchestrator),
  ...scalar('tool', vendorText(old), vendorText(now)),
  ...stateLines(old.state, now.state),
  ...items(old.roles, now.roles, role),
  ...changes(old.roles, now.roles, role),
  ...items(old.foreignIdentities, now.foreignIdentities, word('identity', 'the identities of other clouds')),
  ...items(old.inputs, now.inputs, input),
  ...changes(old.inputs, now.inputs, input),
  ...items(hooksAt(old.hooks), hooksAt(now.hooks), hook),
  ...changes(hooksAt(old.hooks), hooksAt(now.hooks), hook),
  ...items(old.dependsOn, now.dependsOn, word('dependency', 'the dependencies')),
];

/**
 * What an old record does not say, or says otherwise, in lines for people: `stacks/network: role apply arn:… is new`. Left aside is
 * what changes by itself: when and from which source was read, the commit, the last apply, and why something is not known.
 */
export function differences(old: StackRecord, now: StackRecord): readonly string[] {
  const before = new Map(old.stacks.map((stack) => [stack.id, stack]));
  const after = new Map(now.stacks.map((stack) => [stack.id, stack]));
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return [
    ...scalar('the account of the orchestrator', old.account, now.account),
    ...items(old.awsAccounts, now.awsAccounts, word('AWS account of the orchestrator', 'the AWS accounts')),
    ...ids.flatMap((id) => {
      const [one, other] = [before.get(id), after.get(id)];
      if (!one) return [`${id} is new`];
      if (!other) return [`${id} is gone`];
      return stackLines(one, other).map((line) => `${id}: ${line}`);
    }),
  ];
}
