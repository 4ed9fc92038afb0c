import type { InventoryHook, InventoryInput } from '../../model/inventory.ts';
import { steers } from './inputs.ts';
import { list, text } from './node.ts';
import { attribute, type ProviderResource, refersTo } from './resource.ts';
import { attachesItself, truth } from './resource-roles.ts';

const KINDS: Readonly<Record<string, { readonly kind: InventoryInput['kind']; readonly name: string } | undefined>> = {
  spacelift_environment_variable: { kind: 'variable', name: 'name' },
  spacelift_mounted_file: { kind: 'file', name: 'relative_path' },
};

/** A stack, or a context, and how inputs of it are told. */
interface Holder {
  readonly resource: ProviderResource;
  readonly from: string;
  readonly key: 'stack_id' | 'context_id';
}

/** The contexts of a stack: attached by a resource, or by a label that both have (docs.spacelift.io, "Context"). */
function contextsOf(stack: ProviderResource, resources: readonly ProviderResource[]): readonly Holder[] {
  const attachments = resources.filter(
    (one) => one.type === 'spacelift_context_attachment' && refersTo(attribute(one, 'stack_id'), stack),
  );
  return resources
    .filter(({ type }) => type === 'spacelift_context')
    .filter(
      (context) =>
        attachesItself(context, stack) || attachments.some((one) => refersTo(attribute(one, 'context_id'), context)),
    )
    .map((resource) => ({
      resource,
      from: `context ${text(attribute(resource, 'name')) ?? resource.address}`,
      key: 'context_id',
    }));
}

const holders = (stack: ProviderResource, resources: readonly ProviderResource[]): readonly Holder[] => [
  { resource: stack, from: 'stack', key: 'stack_id' },
  ...contextsOf(stack, resources),
];

function inputFrom(resource: ProviderResource, from: string): InventoryInput | null {
  const what = KINDS[resource.type];
  const name = what && text(attribute(resource, what.name));
  if (!what || name === undefined) return null;
  // Whoever does not say otherwise has a value that is never shown (environment_variable.md, mounted_file.md).
  const secret = truth(resource, 'write_only', true) !== false;
  const checksum = text(attribute(resource, 'checksum'));
  const keeps = what.kind === 'variable' && !secret && steers(name);
  return {
    name,
    kind: what.kind,
    secret,
    checksum: checksum !== undefined && /^[0-9a-f]{64}$/i.test(checksum) ? checksum.toLowerCase() : null,
    from,
    computed: false,
    value: keeps ? (text(attribute(resource, 'value')) ?? null) : null,
  };
}

/** The variables and files that resources give to a stack, by itself and through its contexts. */
export const inputsOfStack = (
  stack: ProviderResource,
  resources: readonly ProviderResource[],
): readonly InventoryInput[] =>
  holders(stack, resources).flatMap(({ resource, from, key }) =>
    resources
      .filter((one) => one.type in KINDS && refersTo(attribute(one, key), resource))
      .flatMap((one) => inputFrom(one, from) ?? []),
  );

const POINTS: Readonly<Record<string, string>> = {
  before_init: 'beforeInit',
  after_init: 'afterInit',
  before_plan: 'beforePlan',
  after_plan: 'afterPlan',
  before_apply: 'beforeApply',
  after_apply: 'afterApply',
  before_perform: 'beforePerform',
  after_perform: 'afterPerform',
  before_destroy: 'beforeDestroy',
  after_destroy: 'afterDestroy',
  after_run: 'afterRun',
};

/** The hooks of a stack and of its contexts; null where one of them is an expression. */
export function hooksOfStack(
  stack: ProviderResource,
  resources: readonly ProviderResource[],
): readonly InventoryHook[] | null {
  const hooks: InventoryHook[] = [];
  for (const { resource, from } of holders(stack, resources)) {
    for (const [name, point] of Object.entries(POINTS)) {
      const value = attribute(resource, name);
      const commands = value === undefined ? [] : list(value, text);
      if (!commands) return null;
      if (commands.length > 0) hooks.push({ point, commands, from });
    }
  }
  return hooks;
}
