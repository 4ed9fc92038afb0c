import { isKnown } from '../../model/fact.ts';
import {
  type ForeignIdentity,
  type InventoryHook,
  type InventoryInput,
  type InventoryRole,
  type Stated,
  stated,
  unstated,
} from '../../model/inventory.ts';
import { type AccountIntegration, count, flag, isNode, list, type Node, type Origin, odd, text, word } from './node.ts';

/** The phases that an attachment is for, by `read` and `write`. */
export const PHASES: Readonly<Record<string, InventoryRole['phase'] | undefined>> = {
  'true true': 'both',
  'true false': 'plan',
  'false true': 'apply',
};

const phaseOf = (node: Node): InventoryRole['phase'] | undefined =>
  PHASES[`${String(flag(node['read']))} ${String(flag(node['write']))}`];

/** An attachment that has the role inline (`integrations.awsV2`). */
function inlineRole(node: unknown): InventoryRole | undefined {
  if (!isNode(node)) return undefined;
  const arn = word(node['roleArn']);
  const phase = phaseOf(node);
  const inWorker = flag(node['generateCredentialsInWorker']);
  if (!arn || phase === undefined || inWorker === undefined) return undefined;
  const name = word(node['name']);
  return {
    arn,
    phase,
    mechanism: inWorker ? 'worker' : 'orchestrator',
    externalId: word(node['externalId']) ?? null,
    durationSeconds: count(node['durationSeconds']) ?? null,
    via: node['legacy'] === true ? LEGACY : name ? `integration ${name}` : 'integration',
  };
}

const LEGACY = 'legacy integration';

/** What an attachment, or a label, brings of an integration of the account. */
const fromAccount = (one: AccountIntegration, phase: InventoryRole['phase']): InventoryRole => ({
  arn: one.roleArn,
  phase,
  mechanism: one.inWorker ? 'worker' : 'orchestrator',
  externalId: one.externalId,
  durationSeconds: one.durationSeconds,
  via: `integration ${one.name}`,
});

/** The integration that is set on the stack itself (`integrations.aws`); null where it has none. */
function legacyRole(node: unknown): InventoryRole | null | undefined {
  if (node === null || node === undefined) return null;
  if (!isNode(node)) return undefined;
  const arn = word(node['assumedRoleArn']);
  if (!arn) return arn === undefined && node['assumedRoleArn'] !== undefined ? undefined : null;
  return {
    arn,
    phase: 'both',
    mechanism: flag(node['generateCredentialsInWorker']) ? 'worker' : 'orchestrator',
    externalId: word(node['externalID']) ?? null,
    durationSeconds: count(node['durationSeconds']) ?? null,
    via: LEGACY,
  };
}

/** Attachments that name an integration, which is the account's: the role is there. */
function joinedRoles(node: Node, integrations: Origin['integrations']): readonly InventoryRole[] | undefined {
  return list(node['attachedAwsIntegrations'], (item) => {
    const phase = isNode(item) ? phaseOf(item) : undefined;
    const one = isNode(item) ? integrations.find(({ id }) => id === text(item['integrationId'])) : undefined;
    return one && phase ? fromAccount(one, phase) : undefined;
  });
}

const labelsOf = (node: Node): readonly string[] => list(node['labels'], text) ?? [];

/** Integrations that attach themselves by a label: a list of attachments has them, where there is one. */
const byLabel = (node: Node, integrations: Origin['integrations']): readonly InventoryRole[] =>
  integrations
    .filter(({ autoattach }) => autoattach.some((label) => label === '*' || labelsOf(node).includes(label)))
    .map((one) => fromAccount(one, 'both'));

/** The roles of all integrations; null where the format does not tell them, undefined where the form is not known. */
function integrated(node: Node, { integrations }: Origin): readonly InventoryRole[] | null | undefined {
  const place = node['integrations'];
  if (place !== undefined && place !== null && !isNode(place)) return undefined;
  const legacy = isNode(place) ? legacyRole(place['aws']) : null;
  if (legacy === undefined) return undefined;
  const attached = attachments(node, integrations);
  return attached && (legacy ? [...attached, legacy] : attached);
}

function attachments(node: Node, integrations: Origin['integrations']): readonly InventoryRole[] | null | undefined {
  const place = node['integrations'];
  if (isNode(place) && place['awsV2'] !== undefined) return list(place['awsV2'], inlineRole);
  if (node['attachedAwsIntegrations'] !== undefined) {
    const joined = joinedRoles(node, integrations);
    return joined && [...joined, ...byLabel(node, integrations)];
  }
  return null;
}

const ROLE = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/;
const OIDC: Pick<InventoryRole, 'mechanism' | 'externalId' | 'durationSeconds'> = {
  mechanism: 'oidc',
  externalId: null,
  durationSeconds: null,
};
const PHASE_PREFIXES: Readonly<Record<string, InventoryRole['phase']>> = {
  AWS_ROLE_ARN: 'both',
  ro_AWS_ROLE_ARN: 'plan',
  wo_AWS_ROLE_ARN: 'apply',
};

/** Roles that no integration knows: a run takes them with a token of its own (docs.spacelift.io, "OpenID Connect"). */
export function tokenRoles(
  inputs: readonly InventoryInput[],
  hooks: readonly InventoryHook[],
): readonly InventoryRole[] {
  const variables = inputs.flatMap(({ name, value, from }): readonly InventoryRole[] => {
    const phase = PHASE_PREFIXES[name];
    if (phase === undefined || value === null || !ROLE.test(value)) return [];
    return [{ ...OIDC, arn: value, phase, via: `${name} of ${from}` }];
  });
  const commands = hooks.flatMap(({ point, commands: all, from }) =>
    all.flatMap((command): readonly InventoryRole[] => {
      const [arn] = /assume-role-with-web-identity/.test(command) ? (ROLE.exec(command) ?? []) : [];
      return arn === undefined ? [] : [{ ...OIDC, arn, phase: 'both', via: `hook ${point} of ${from}` }];
    }),
  );
  return [...variables, ...commands];
}

/** A legacy integration is among the attachments again: each role counts once for a phase. */
function once(roles: readonly InventoryRole[]): readonly InventoryRole[] {
  const seen = new Map<string, InventoryRole>();
  for (const role of roles) {
    const key = `${role.arn} ${role.phase}`;
    if (!seen.has(key)) seen.set(key, role);
  }
  return [...seen.values()].sort((a, b) => (`${a.arn} ${a.phase}` < `${b.arn} ${b.phase}` ? -1 : 1));
}

/** Every role that a stack deploys with, as far as the orchestrator knows them. */
export function rolesOf(
  node: Node,
  {
    inputs,
    hooks,
  }: { readonly inputs: Stated<readonly InventoryInput[]>; readonly hooks: Stated<readonly InventoryHook[]> },
  origin: Origin,
): Stated<readonly InventoryRole[]> {
  const { source } = origin;
  const found = integrated(node, origin);
  if (found === undefined) return odd('roles', source);
  const tokens = tokenRoles(isKnown(inputs) ? inputs.known : [], isKnown(hooks) ? hooks.known : []);
  if (found !== null) return stated(once([...found, ...tokens]), source);
  return unstated('roles', source);
}

/** Identities of other clouds, which the orchestrator itself holds. */
export function foreignOf(node: Node, { source }: Origin): Stated<readonly ForeignIdentity[]> {
  const place = node['integrations'];
  if (!isNode(place) || place['azure'] === undefined) return unstated('foreignIdentities', source);
  const azure = list(place['azure'], (item) => {
    const name = isNode(item) ? word(item['integrationName']) : undefined;
    return name ? ({ cloud: 'azure', name } as const) : undefined;
  });
  const account = isNode(place['gcp']) ? word(place['gcp']['serviceAccountEmail']) : null;
  if (!azure || account === undefined) return odd('foreignIdentities', source);
  return stated([...azure, ...(account === null ? [] : [{ cloud: 'gcp', name: account } as const])], source);
}
