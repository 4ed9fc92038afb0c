import type {
  ForeignIdentity,
  Inventory,
  InventoryField,
  InventoryInput,
  InventoryRole,
  InventoryStack,
  Stated,
} from '../model/inventory.ts';
import { stated, unstated } from '../model/inventory.ts';
import type { Problem } from '../model/location.ts';
import type { RecordedStack, StackRecord } from '../model/record.ts';
import { ordered } from './fields.ts';
import { recordSource } from './source.ts';

type Orchestrator = NonNullable<RecordedStack['orchestrator']>;

interface Place {
  readonly file: string;
  readonly recordedAt: string;
  readonly source: string;
}

/** How the fields of one entry are told: known with their source, or a gap with the reason that the record gives. */
function tellerOf({ sources, unknown }: RecordedStack, { file, recordedAt, source }: Place) {
  const sourceOf = (field: InventoryField) => recordSource(file, recordedAt, sources[field] ?? source);
  /** Null means none, unless the record says why it is not known. */
  const tellEven = <T>(field: InventoryField, value: T): Stated<T> => {
    // The reason names the source that did not tell; said as it is, a record of a record says the same.
    const detail = unknown[field];
    if (detail === undefined) return stated(value, sourceOf(field));
    return { gaps: [{ fact: `stack.${field}`, cause: 'not-in-inventory', detail }] };
  };
  const tell = <T>(field: InventoryField, value: T | null): Stated<T> =>
    value === null && unknown[field] === undefined ? unstated(field, sourceOf(field)) : tellEven(field, value as T);
  return { tell, tellEven };
}

/** Only roles that the orchestrator comes to; those that code and config name are read there. */
const rolesIn = ({ roles }: RecordedStack): readonly InventoryRole[] | null =>
  roles?.flatMap(({ arn, phase, mechanism, externalId, durationSeconds, source: via }) =>
    mechanism === null ? [] : [{ arn, phase, mechanism, externalId, durationSeconds, via }],
  ) ?? null;

const inputsIn = ({ inputs }: RecordedStack): readonly InventoryInput[] | null =>
  inputs?.map(({ name, kind, secret, checksum, from, value }) => ({
    name,
    kind,
    secret,
    checksum,
    from,
    computed: false,
    value,
  })) ?? null;

const foreignIn = ({ foreignIdentities }: RecordedStack): readonly ForeignIdentity[] | null =>
  foreignIdentities?.map((text) => ({
    cloud: text.startsWith('gcp: ') ? 'gcp' : 'azure',
    name: text.replace(/^(?:azure|gcp): /, ''),
  })) ?? null;

function stackFrom(entry: RecordedStack, own: Orchestrator, place: Place): InventoryStack {
  const { tell, tellEven } = tellerOf(entry, place);
  const { repository, repositoryHosted } = own;
  return {
    id: own.id,
    name: tell('name', own.name),
    repository: tell(
      'repository',
      repository === null ? null : { name: repository, hostedByOrchestrator: repositoryHosted ?? false },
    ),
    branch: tell('branch', own.branch),
    projectRoot: tell('projectRoot', own.projectRoot),
    labels: tell('labels', own.labels),
    administrative: tell('administrative', own.administrative),
    vendor: tell('vendor', entry.vendor),
    stateKeeping: tell('stateKeeping', own.stateKeeping),
    workspace: tell('workspace', own.workspace),
    roles: tell('roles', rolesIn(entry)),
    foreignIdentities: tell('foreignIdentities', foreignIn(entry)),
    inputs: tell('inputs', inputsIn(entry)),
    hooks: tell('hooks', entry.hooks),
    dependsOn: tell('dependsOn', entry.dependsOn),
    workerPool: tellEven('workerPool', own.workerPool),
    trackedCommit: tellEven('trackedCommit', own.trackedCommit),
    lastApplyAt: tellEven('lastApplyAt', own.lastApplyAt),
    location: null,
  };
}

const same = (one: InventoryStack, other: InventoryStack): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * The inventory that a record stands for, so that every command works while the orchestrator cannot be asked. One stack of it may
 * run several root modules; where their entries contradict each other, the first by id counts, and that is said.
 */
export function inventoryFromRecord(record: StackRecord, file: string): Inventory {
  const { recordedAt, source, account, awsAccounts } = record;
  const found = new Map<string, InventoryStack>();
  const problems: Problem[] = [];
  for (const entry of record.stacks) {
    if (entry.orchestrator === null) continue;
    const stack = stackFrom(entry, entry.orchestrator, { file, recordedAt, source });
    const first = found.get(stack.id);
    if (!first) found.set(stack.id, stack);
    else if (!same(first, stack))
      problems.push({
        kind: 'inventory',
        message: `${file} says different things of ${stack.id}, which runs several root modules; what ${entry.id} says does not count`,
      });
  }
  return {
    kind: 'spacelift',
    account,
    source: recordSource(file, recordedAt, source),
    takenAt: recordedAt,
    awsAccounts,
    stacks: ordered([...found.values()], ({ id }) => id),
    problems,
  };
}
