import type { ForeignIdentity, InventoryRole } from '../../model/inventory.ts';
import { list, text } from './node.ts';
import { attribute, Open, type ProviderResource, refersTo } from './resource.ts';
import { PHASES } from './roles.ts';

const AUTOATTACH = 'autoattach:';

/** A truth value with the provider's default (terraform-provider-spacelift, docs/resources); null where an expression stands. */
export function truth(
  resource: Pick<ProviderResource, 'attributes'>,
  name: string,
  byDefault: boolean,
): boolean | null {
  const value = attribute(resource, name);
  if (value === undefined) return byDefault;
  return typeof value === 'boolean' ? value : null;
}

/** The labels of a resource, as far as they are texts. */
const labelsOf = (resource: ProviderResource): readonly string[] =>
  list(attribute(resource, 'labels') ?? [], text) ?? [];

/** True where a resource attaches itself to a stack by a label that both have. */
export const attachesItself = (resource: ProviderResource, stack: ProviderResource): boolean =>
  labelsOf(resource).some(
    (label) =>
      label.startsWith(AUTOATTACH) &&
      (label === `${AUTOATTACH}*` || labelsOf(stack).includes(label.slice(AUTOATTACH.length))),
  );

/** What an integration, or a role that is set on a stack, brings; the defaults are the provider's (aws_integration.md, aws_role.md). */
function roleFrom(resource: ProviderResource, phase: InventoryRole['phase'], via: string): InventoryRole | null {
  const arn = attribute(resource, 'role_arn');
  const inWorker = truth(resource, 'generate_credentials_in_worker', false);
  const seconds = attribute(resource, 'duration_seconds') ?? 900;
  if (typeof arn !== 'string' || inWorker === null) return null;
  return {
    arn,
    phase,
    mechanism: inWorker ? 'worker' : 'orchestrator',
    externalId: text(attribute(resource, 'external_id')) ?? null,
    durationSeconds: typeof seconds === 'number' ? seconds : null,
    via,
  };
}

/** Roles that resources attach to a stack; `open` where one of them is an expression, so that there are more. */
export function attachedRoles(
  stack: ProviderResource,
  resources: readonly ProviderResource[],
): { readonly roles: readonly InventoryRole[]; readonly open: boolean } {
  const of = (...types: readonly string[]) => resources.filter(({ type }) => types.includes(type));
  const integrations = of('spacelift_aws_integration');
  const nameOf = (one: ProviderResource) => text(attribute(one, 'name')) ?? one.address;
  const attachments = of('spacelift_aws_integration_attachment').filter((one) =>
    refersTo(attribute(one, 'stack_id'), stack),
  );
  const attached = attachments.map((one) => {
    const integration = integrations.find((other) => refersTo(attribute(one, 'integration_id'), other));
    const phase = PHASES[`${truth(one, 'read', true)} ${truth(one, 'write', true)}`];
    return integration && phase ? roleFrom(integration, phase, `integration ${nameOf(integration)}`) : null;
  });
  const isAttached = (integration: ProviderResource) =>
    attachments.some((one) => refersTo(attribute(one, 'integration_id'), integration));
  const byLabel = integrations
    .filter((one) => truth(one, 'autoattach_enabled', false) === true && attachesItself(one, stack) && !isAttached(one))
    .map((one) => roleFrom(one, 'both', `integration ${nameOf(one)}`));
  const legacy = of('spacelift_aws_role', 'spacelift_stack_aws_role')
    .filter((one) => refersTo(attribute(one, 'stack_id'), stack))
    .map((one) => roleFrom(one, 'both', 'legacy integration'));
  const all = [...attached, ...byLabel, ...legacy];
  const stacks = of('spacelift_stack');
  // An attachment to a stack that only Terraform can name may be to this one.
  const elsewhere = of('spacelift_aws_integration_attachment', 'spacelift_aws_role', 'spacelift_stack_aws_role').some(
    (one) => {
      const target = attribute(one, 'stack_id');
      return target instanceof Open && !stacks.some((other) => refersTo(target, other));
    },
  );
  return { roles: all.flatMap((role) => role ?? []), open: elsewhere || all.includes(null) };
}

/** Identities of other clouds that resources attach to a stack. */
export function attachedIdentities(
  stack: ProviderResource,
  resources: readonly ProviderResource[],
): readonly ForeignIdentity[] {
  const attachedTo = (type: string) =>
    resources.filter((one) => one.type === type && refersTo(attribute(one, 'stack_id'), stack));
  const named = (value: unknown, address: string) =>
    typeof value === 'string' ? value : value instanceof Open ? value.text : address;
  const azure = attachedTo('spacelift_azure_integration_attachment').map(
    (one) => ({ cloud: 'azure', name: named(attribute(one, 'integration_id'), one.address) }) as const,
  );
  const gcp = attachedTo('spacelift_gcp_service_account').map(
    (one) => ({ cloud: 'gcp', name: named(attribute(one, 'service_account_email'), one.address) }) as const,
  );
  return [...azure, ...gcp];
}
