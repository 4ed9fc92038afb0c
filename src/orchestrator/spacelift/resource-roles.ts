import type { ForeignIdentity, InventoryRole } from '../../model/inventory.ts';
import { text } from './node.ts';
import { attribute, calledName, Open, type ProviderResource, type ResourceIndex, truth } from './resource.ts';
import { PHASES } from './roles.ts';

const AUTOATTACH = 'autoattach:';

/** Labels of a resource as far as they are written out; `open` where there may be more. */
function labelsOf(resource: ProviderResource): { readonly known: readonly string[]; readonly open: boolean } {
  const labels = attribute(resource, 'labels') ?? [];
  const all: readonly unknown[] = Array.isArray(labels) ? labels : [labels];
  const known = all.flatMap((label) => text(label) ?? []);
  return { known, open: known.length < all.length };
}

/** Whether a resource attaches itself to a stack by a label that both have; null where that hangs on an expression. */
export function attachesItself(resource: ProviderResource, stack: ProviderResource): boolean | null {
  const own = labelsOf(resource);
  const wanted = own.known.filter((label) => label.startsWith(AUTOATTACH));
  if (wanted.includes(`${AUTOATTACH}*`)) return true;
  const theirs = labelsOf(stack);
  if (wanted.some((label) => theirs.known.includes(label.slice(AUTOATTACH.length)))) return true;
  return own.open || (wanted.length > 0 && theirs.open) ? null : false;
}

/** What an integration, or a role that is set on a stack, brings; null where an expression stands. The defaults are the provider's (aws_integration.md, aws_role.md). */
function roleFrom(resource: ProviderResource, phase: InventoryRole['phase'], via: string): InventoryRole | null {
  const arn = attribute(resource, 'role_arn');
  const inWorker = truth(resource, 'generate_credentials_in_worker', false);
  const seconds = attribute(resource, 'duration_seconds') ?? 900;
  const externalId = attribute(resource, 'external_id') ?? null;
  if (typeof arn !== 'string' || inWorker === null || typeof seconds !== 'number') return null;
  if (externalId !== null && typeof externalId !== 'string') return null;
  return { arn, phase, mechanism: inWorker ? 'worker' : 'orchestrator', externalId, durationSeconds: seconds, via };
}

/** What is attached to a stack; null where something may be, or is, that is not of this source. */
type Attached<T> = readonly T[] | null;

const all = <T>(items: readonly (T | null)[]): Attached<T> =>
  items.includes(null) ? null : items.flatMap((item) => item ?? []);

interface Integration {
  readonly resource: ProviderResource;
  readonly phase: InventoryRole['phase'];
}

/** The integrations of one cloud that a stack has: attached by a resource, or by a label that both have. */
function integrationsOf(stack: ProviderResource, type: string, index: ResourceIndex): Attached<Integration> {
  const attachments = index.referring(`${type}_attachment`, 'stack_id', stack);
  const byHand = attachments.map((one) => {
    const resource = index.target(attribute(one, 'integration_id'), type);
    const phase = PHASES[`${String(truth(one, 'read', true))} ${String(truth(one, 'write', true))}`];
    return resource && phase ? { resource, phase } : null;
  });
  const byLabel = index.of(type).map((resource) => {
    const enabled = truth(resource, 'autoattach_enabled', false);
    if (enabled === false || byHand.some((one) => one?.resource === resource)) return [];
    const itself = attachesItself(resource, stack);
    if (itself === false) return [];
    return enabled && itself ? [{ resource, phase: 'both' as const }] : [null];
  });
  const more = index.mayRefer(`${type}_attachment`, 'stack_id', stack);
  return all([...byHand, ...byLabel.flat(), ...(more ? [null] : [])]);
}

const LEGACY = ['spacelift_aws_role', 'spacelift_stack_aws_role'];

/** The roles that resources attach to a stack; null where there are more that are not of this source, or one is an expression. */
export function attachedRoles(stack: ProviderResource, index: ResourceIndex): Attached<InventoryRole> {
  const integrations = integrationsOf(stack, 'spacelift_aws_integration', index);
  if (!integrations || LEGACY.some((type) => index.mayRefer(type, 'stack_id', stack))) return null;
  const legacy = LEGACY.flatMap((type) => index.referring(type, 'stack_id', stack));
  return all([
    ...integrations.map(({ resource, phase }) => roleFrom(resource, phase, `integration ${calledName(resource)}`)),
    ...legacy.map((one) => roleFrom(one, 'both', 'legacy integration')),
  ]);
}

const GCP = 'spacelift_gcp_service_account';

/** Identities of other clouds that resources attach to a stack; null where there are more that are not of this source. */
export function attachedIdentities(stack: ProviderResource, index: ResourceIndex): Attached<ForeignIdentity> {
  const azure = integrationsOf(stack, 'spacelift_azure_integration', index);
  if (!azure || index.mayRefer(GCP, 'stack_id', stack)) return null;
  const named = (one: ProviderResource) => {
    // The provider computes it: only a state has it.
    const account = attribute(one, 'service_account_email');
    return account instanceof Open ? null : (text(account) ?? one.address);
  };
  const gcp = index.referring(GCP, 'stack_id', stack).map((one): ForeignIdentity | null => {
    const name = named(one);
    return name === null ? null : { cloud: 'gcp', name };
  });
  return all([...azure.map(({ resource }) => ({ cloud: 'azure', name: calledName(resource) }) as const), ...gcp]);
}
