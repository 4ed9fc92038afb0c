import { isKnown } from '../model/fact.ts';
import type { InventoryField, InventoryInput, InventoryStack, Stated } from '../model/inventory.ts';
import type { Escrow, RecordedInput, RecordedRole, RecordedStack } from '../model/record.ts';
import { INVENTORY_FIELDS, keyOf, ordered } from './fields.ts';
import { isCredentialName, withoutCredentials } from './hidden.ts';
import { sourceBehind } from './source.ts';

/** What the record takes from the orchestrator's stack. */
export type Listed = Pick<
  RecordedStack,
  'orchestrator' | 'vendor' | 'roles' | 'foreignIdentities' | 'inputs' | 'hooks' | 'dependsOn'
> & { readonly [Of in 'sources' | 'unknown']: Readonly<Partial<Record<InventoryField, string>>> };

/** A known field's value; null for what is not known. */
export const told = <T>(field: Stated<T>): T | null => (isKnown(field) ? field.known : null);

const SHA256 = /^[0-9a-f]{64}$/i;

/** What is no SHA-256 might be the value itself. */
const sha256Of = (sum: string | null): string | null => (sum !== null && SHA256.test(sum) ? sum.toLowerCase() : null);

/** The value of a variable that steers the tool; never one that is write-only, or that goes by a credential's name. */
const steeringValue = ({ kind, name, secret, value }: InventoryInput): string | null =>
  value === null || secret || kind === 'file' || isCredentialName(name) ? null : withoutCredentials(value);

function inputsOf({ inputs }: InventoryStack, escrow: ReadonlyMap<string, Escrow>): readonly RecordedInput[] | null {
  if (!isKnown(inputs)) return null;
  // What runs compute, nobody has to keep.
  const kept = inputs.known
    .filter(({ computed }) => !computed)
    .map((input): RecordedInput => {
      const { name, kind, secret, checksum, from } = input;
      const copy = escrow.get(name);
      return {
        name,
        kind,
        secret,
        checksum: sha256Of(checksum),
        from,
        value: steeringValue(input),
        escrow: copy ? { where: copy.where, sha256: sha256Of(copy.sha256) } : null,
      };
    });
  return ordered(kept, ({ name, kind, from }) => keyOf(name, kind, from));
}

/** In the order of the roles of a record: by ARN, then by phase and by what brings it. */
export const orderedRoles = (roles: readonly RecordedRole[]): readonly RecordedRole[] =>
  ordered(roles, ({ arn, use, phase, source }) => keyOf(arn, use, phase, source));

const rolesOf = ({ roles }: InventoryStack): readonly RecordedRole[] | null =>
  isKnown(roles)
    ? roles.known.map(({ arn, phase, mechanism, externalId, durationSeconds, via }) => ({
        arn,
        phase,
        use: 'deploy',
        source: via,
        mechanism,
        externalId,
        durationSeconds,
      }))
    : null;

function hooksOf({ hooks }: InventoryStack): RecordedStack['hooks'] {
  if (!isKnown(hooks)) return null;
  // The order in which hooks of several contexts run is the orchestrator's.
  return hooks.known.map(({ point, commands, from }) => ({
    point,
    commands: commands.map(withoutCredentials),
    from,
  }));
}

const orchestratorOf = (kind: string, stack: InventoryStack): NonNullable<RecordedStack['orchestrator']> => ({
  kind,
  id: stack.id,
  name: told(stack.name),
  branch: told(stack.branch),
  projectRoot: told(stack.projectRoot),
  repository: told(stack.repository)?.name ?? null,
  repositoryHosted: told(stack.repository)?.hostedByOrchestrator ?? null,
  administrative: told(stack.administrative),
  stateKeeping: told(stack.stateKeeping),
  workspace: told(stack.workspace),
  workerPool: told(stack.workerPool),
  trackedCommit: told(stack.trackedCommit),
  lastApplyAt: told(stack.lastApplyAt),
  labels: told(stack.labels),
});

/** The name of an identity of another cloud in the record: `azure: NAME`. */
export const foreignName = ({ cloud, name }: { readonly cloud: string; readonly name: string }): string =>
  `${cloud}: ${name}`;

interface ListingContext {
  readonly kind: string;
  readonly source: string;
  readonly escrow: ReadonlyMap<string, Escrow>;
}

/** The part of a record that the orchestrator tells. `source` is the record's own, which is not said again for each field. */
export function listedOf(stack: InventoryStack, { kind, source, escrow }: ListingContext): Listed {
  const sources: [InventoryField, string][] = [];
  const unknown: [InventoryField, string][] = [];
  for (const name of INVENTORY_FIELDS) {
    const field: Stated<unknown> = stack[name];
    if (!isKnown(field)) unknown.push([name, field.gaps.map(({ detail }) => detail).join('; ')]);
    else if (sourceBehind(field.source) !== source) sources.push([name, sourceBehind(field.source)]);
  }
  const dependsOn = told(stack.dependsOn);
  return {
    orchestrator: orchestratorOf(kind, stack),
    vendor: told(stack.vendor),
    roles: rolesOf(stack),
    foreignIdentities: told(stack.foreignIdentities)?.map(foreignName) ?? null,
    inputs: inputsOf(stack, escrow),
    hooks: hooksOf(stack),
    dependsOn: dependsOn && [...dependsOn].sort(),
    sources: Object.fromEntries(sources),
    unknown: Object.fromEntries(unknown),
  };
}
