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
import { hiddenRole, tokenRoles } from './token-roles.ts';

export { tokenRoles } from './token-roles.ts';

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

/** What a source tells of the roles: them, `silent` where it does not tell them all, `odd` where their form is not known. */
type Told = readonly InventoryRole[] | 'silent' | 'odd';

/** The integration that is set on the stack itself (`integrations.aws`). */
function legacyRoles(node: unknown): Told {
  if (node === null) return [];
  if (node === undefined) return 'silent';
  if (!isNode(node)) return 'odd';
  if (node['assumedRoleArn'] === undefined) return 'silent';
  const arn = word(node['assumedRoleArn']);
  if (arn === null) return [];
  const inWorker = flag(node['generateCredentialsInWorker']);
  if (arn === undefined || inWorker === undefined) return 'odd';
  return [
    {
      arn,
      phase: 'both',
      mechanism: inWorker ? 'worker' : 'orchestrator',
      externalId: word(node['externalID']) ?? null,
      durationSeconds: count(node['durationSeconds']) ?? null,
      via: LEGACY,
    },
  ];
}

/** Attachments that name an integration, which is the account's: the role is there. */
function joinedRoles(node: Node, integrations: readonly AccountIntegration[]): readonly InventoryRole[] | undefined {
  return list(node['attachedAwsIntegrations'], (item) => {
    const phase = isNode(item) ? phaseOf(item) : undefined;
    const one = isNode(item) ? integrations.find(({ id }) => id === text(item['integrationId'])) : undefined;
    return one && phase ? fromAccount(one, phase) : undefined;
  });
}

/** Integrations that attach themselves by a label: a list of attachments with their roles has them already. */
function byLabel(node: Node, integrations: readonly AccountIntegration[]): readonly InventoryRole[] | undefined {
  const labels = list(node['labels'], text);
  return (
    labels &&
    integrations
      .filter(({ autoattach }) => autoattach.some((label) => label === '*' || labels.includes(label)))
      .map((one) => fromAccount(one, 'both'))
  );
}

function attachments(node: Node, integrations: Origin['integrations']): Told {
  const place = node['integrations'];
  if (isNode(place) && place['awsV2'] !== undefined) return list(place['awsV2'], inlineRole) ?? 'odd';
  if (node['attachedAwsIntegrations'] === undefined || integrations === null || node['labels'] === undefined)
    return 'silent';
  const [joined, attached] = [joinedRoles(node, integrations), byLabel(node, integrations)];
  return joined && attached ? [...joined, ...attached] : 'odd';
}

/** The roles of all integrations. */
function integrated(node: Node, { integrations }: Origin): Told {
  const place = node['integrations'];
  if (place !== undefined && place !== null && !isNode(place)) return 'odd';
  const both = [attachments(node, integrations), legacyRoles(isNode(place) ? place['aws'] : undefined)] as const;
  if (both.includes('odd')) return 'odd';
  return both.includes('silent') ? 'silent' : both.flatMap((told) => (typeof told === 'string' ? [] : told));
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

/**
 * Every role that a stack deploys with, as far as the orchestrator knows them. Roles that runs take with a token are in variables and
 * hooks: where these were not all read, and there is no other role, nobody knows of any.
 */
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
  if (found === 'odd') return odd('roles', source);
  if (found === 'silent') return unstated('roles', source);
  const variables = isKnown(inputs) ? inputs.known : [];
  const hidden = hiddenRole(variables, source);
  if (hidden) return hidden;
  const roles = once([...found, ...tokenRoles(variables, isKnown(hooks) ? hooks.known : (hooks.part ?? []))]);
  if (roles.length > 0) return stated(roles, source);
  if (!isKnown(inputs)) return { gaps: inputs.gaps };
  return isKnown(hooks) ? stated(roles, source) : { gaps: hooks.gaps };
}

/** Identities of other clouds, which the orchestrator itself holds. */
export function foreignOf(node: Node, { source }: Origin): Stated<readonly ForeignIdentity[]> {
  const place = node['integrations'];
  if (!isNode(place) || place['azure'] === undefined || place['gcp'] === undefined)
    return unstated('foreignIdentities', source);
  const azure = list(place['azure'], (item) => {
    const name = isNode(item) ? word(item['integrationName']) : undefined;
    return name ? ({ cloud: 'azure', name } as const) : undefined;
  });
  const gcp = place['gcp'];
  const account = isNode(gcp) ? word(gcp['serviceAccountEmail']) : gcp === null ? null : undefined;
  if (!azure || account === undefined) return odd('foreignIdentities', source);
  return stated([...azure, ...(account === null ? [] : [{ cloud: 'gcp', name: account } as const])], source);
}
