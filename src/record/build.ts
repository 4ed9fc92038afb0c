import { isKnown } from '../model/fact.ts';
import type { Inventory, InventoryStack } from '../model/inventory.ts';
import type { RecordedRole, RecordedStack, RecordedState, StackRecord } from '../model/record.ts';
import type { StackReport } from '../model/report.ts';
import type { NamedRole, Stack } from '../model/subject.ts';
import { keyOf, ordered } from './fields.ts';
import { type Listed, listedOf, orderedRoles, told } from './listed.ts';
import { sourceBehind } from './source.ts';

/** A state as a report shows it, or why it is not known where it is. */
export type StateRead = StackReport['state'] | { readonly unread: string };

/** What a record is made of. */
export interface Recording {
  readonly stacks: readonly Stack[];
  readonly states: ReadonlyMap<Stack, StateRead>;
  readonly inventory: Inventory | null;
  /** RFC 3339, UTC. */
  readonly recordedAt: string;
}

const codeAlone = 'the code and the config of the repository';

const nothingListed: Listed = {
  orchestrator: null,
  vendor: null,
  roles: null,
  foreignIdentities: null,
  inputs: null,
  hooks: null,
  dependsOn: null,
  sources: {},
  unknown: {},
};

const bySort = ({ bucket, region }: { readonly bucket: string; readonly region: string | null }) =>
  keyOf(bucket, region);

function stateOf(state: StateRead | undefined): RecordedState | null {
  if (!state || 'unread' in state || state.backend === 'unknown') return null;
  const { backend, bucket, key, region, place, replicas } = state;
  const given = ordered(state.arguments, ({ name }) => name).map(({ name, value }) => [name, value] as const);
  return {
    backend,
    bucket,
    key,
    region,
    place,
    arguments: Object.fromEntries(given),
    replicas: replicas && ordered(replicas, bySort),
  };
}

const recordedRole = ({ arn, phase, use, source }: NamedRole): RecordedRole => ({
  arn,
  phase,
  use,
  source,
  mechanism: null,
  externalId: null,
  durationSeconds: null,
});

/** The roles of the orchestrator, and those that only code or config names. Null where nobody names one, and nobody says that there is none. */
function rolesOf({ namedRoles }: Stack, listed: Listed): readonly RecordedRole[] | null {
  const known = listed.roles ?? [];
  const others = isKnown(namedRoles) ? namedRoles.known.filter(({ declaredBy }) => declaredBy !== 'inventory') : [];
  const named = others
    .filter(({ arn, use }) => !known.some((role) => role.arn === arn && role.use === use))
    .map(recordedRole);
  return known.length + named.length === 0 && listed.roles === null ? null : orderedRoles([...known, ...named]);
}

const because = (fact: { readonly gaps: readonly { readonly detail: string }[] }): string =>
  fact.gaps.map(({ detail }) => detail).join('; ');

/** Why it is not known which stack of the orchestrator this is; nothing where no inventory was read. */
function unlistedText({ inventory }: Stack): { readonly orchestrator?: string } {
  if (isKnown(inventory) || inventory.gaps.every(({ cause }) => cause === 'no-inventory')) return {};
  return { orchestrator: because(inventory) };
}

const whyNot = (backend: Stack['backend']): string => (isKnown(backend) ? 'it was not read' : because(backend));

interface Setting {
  readonly kind: string;
  readonly source: string;
}

/** The fields in the order of the file. */
const inOrder = (entry: RecordedStack): RecordedStack => ({
  id: entry.id,
  repository: entry.repository,
  path: entry.path,
  workspace: entry.workspace,
  orchestrator: entry.orchestrator,
  vendor: entry.vendor,
  state: entry.state,
  roles: entry.roles,
  foreignIdentities: entry.foreignIdentities,
  inputs: entry.inputs,
  hooks: entry.hooks,
  dependsOn: entry.dependsOn,
  sources: entry.sources,
  unknown: entry.unknown,
});

function entryOf(stack: Stack, state: StateRead | undefined, { kind, source }: Setting): RecordedStack {
  const { id, repository, path, workspace, inventory, escrow, backend } = stack;
  const own = isKnown(inventory) ? inventory.known : null;
  const listed = own ? listedOf(own, { kind, source, escrow }) : nothingListed;
  const recorded = stateOf(state);
  return {
    ...listed,
    id,
    repository,
    path: own !== null && id === `${kind}:${own.id}` ? null : path,
    workspace,
    state: recorded,
    roles: rolesOf(stack, listed),
    unknown: {
      ...listed.unknown,
      ...unlistedText(stack),
      ...(recorded === null && { state: state && 'unread' in state ? state.unread : whyNot(backend) }),
    },
  };
}

const withoutCode = (stack: InventoryStack, { kind, source }: Setting): RecordedStack => ({
  ...listedOf(stack, { kind, source, escrow: new Map() }),
  id: `${kind}:${stack.id}`,
  repository: told(stack.repository)?.name ?? null,
  path: null,
  workspace: told(stack.workspace),
  state: null,
});

/**
 * The record: every audited stack with what the orchestrator has of it, and every stack of the inventory that has no root module
 * here. The same input gives the same record, whatever the order; no value of an input is in it, and no credential of a command.
 */
export function recordOf({ stacks, states, inventory, recordedAt }: Recording): StackRecord {
  const setting = { kind: inventory?.kind ?? 'spacelift', source: sourceBehind(inventory?.source ?? codeAlone) };
  const met = new Set(stacks.flatMap((stack) => (isKnown(stack.inventory) ? (stack.inventory.known?.id ?? []) : [])));
  const entries = [
    ...stacks.map((stack) => entryOf(stack, states.get(stack), setting)),
    ...(inventory?.stacks ?? []).filter(({ id }) => !met.has(id)).map((stack) => withoutCode(stack, setting)),
  ];
  return {
    schemaVersion: 1,
    recordedAt,
    source: setting.source,
    account: inventory?.account ?? null,
    awsAccounts: [...(inventory?.awsAccounts ?? [])].sort(),
    stacks: ordered(entries.map(inOrder), ({ id }) => id),
  };
}
