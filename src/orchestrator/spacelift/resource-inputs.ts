import type { InventoryHook, InventoryInput } from '../../model/inventory.ts';
import { checksumOf, steers } from './inputs.ts';
import { list, text } from './node.ts';
import { attribute, calledName, Open, type ProviderResource, type ResourceIndex, truth } from './resource.ts';
import { attachesItself } from './resource-roles.ts';

const KINDS = [
  { type: 'spacelift_environment_variable', kind: 'variable', name: 'name' },
  { type: 'spacelift_mounted_file', kind: 'file', name: 'relative_path' },
] as const;

/** A stack, or a context, and how inputs of it are told. */
interface Holder {
  readonly resource: ProviderResource;
  readonly from: string;
  readonly key: 'stack_id' | 'context_id';
}

const CONTEXT = 'spacelift_context';
const ATTACHMENT = 'spacelift_context_attachment';

/** The contexts of a stack: attached by a resource, or by a label that both have (docs.spacelift.io, "Context"); null where one is not of this source. */
function contextsOf(stack: ProviderResource, index: ResourceIndex): readonly ProviderResource[] | null {
  const attached = index
    .referring(ATTACHMENT, 'stack_id', stack)
    .map((one) => index.target(attribute(one, 'context_id'), CONTEXT));
  const byLabel = index.of(CONTEXT).map((context) => ({ context, itself: attachesItself(context, stack) }));
  const unsure = byLabel.some(({ context, itself }) => itself === null && !attached.includes(context));
  if (attached.includes(undefined) || unsure || index.mayRefer(ATTACHMENT, 'stack_id', stack)) return null;
  const all = [...attached, ...byLabel.flatMap(({ context, itself }) => (itself ? context : []))];
  return [...new Set(all.flatMap((context) => context ?? []))];
}

/** The stack, then its contexts; null where one of these is not of this source. */
function holdersOf(stack: ProviderResource, index: ResourceIndex): readonly Holder[] | null {
  const contexts = contextsOf(stack, index)?.map(
    (resource): Holder => ({ resource, from: `context ${calledName(resource)}`, key: 'context_id' }),
  );
  return contexts ? [{ resource: stack, from: 'stack', key: 'stack_id' }, ...contexts] : null;
}

/** One variable or file; null where an expression stands for what must be known of it. */
function inputFrom(
  resource: ProviderResource,
  { kind, name: called }: (typeof KINDS)[number],
  from: string,
): InventoryInput | null {
  const name = text(attribute(resource, called));
  // Whoever does not say otherwise has a value that is never shown (environment_variable.md, mounted_file.md).
  const secret = truth(resource, 'write_only', true);
  if (name === undefined || secret === null) return null;
  const value = kind === 'variable' && !secret && steers(name) ? attribute(resource, 'value') : null;
  if (value instanceof Open) return null;
  return {
    name,
    kind,
    secret,
    checksum: checksumOf(attribute(resource, 'checksum')),
    from,
    computed: false,
    value: text(value) ?? null,
  };
}

/** The variables and files that resources give to a stack, by itself and through its contexts; null where they are not all known. */
export function inputsOfStack(stack: ProviderResource, index: ResourceIndex): readonly InventoryInput[] | null {
  const holders = holdersOf(stack, index);
  if (!holders) return null;
  const inputs: InventoryInput[] = [];
  for (const { resource, from, key } of holders) {
    for (const kind of KINDS) {
      if (index.mayRefer(kind.type, key, resource)) return null;
      for (const one of index.referring(kind.type, key, resource)) {
        const input = inputFrom(one, kind, from);
        if (!input) return null;
        inputs.push(input);
      }
    }
  }
  return inputs;
}

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

/** The hooks of a stack and of its contexts; null where one of them is an expression, or a context is not of this source. */
export function hooksOfStack(stack: ProviderResource, index: ResourceIndex): readonly InventoryHook[] | null {
  const holders = holdersOf(stack, index);
  if (!holders) return null;
  const hooks: InventoryHook[] = [];
  for (const { resource, from } of holders) {
    for (const [name, point] of Object.entries(POINTS)) {
      const value = attribute(resource, name);
      const commands = value === undefined ? [] : list(value, text);
      if (!commands) return null;
      if (commands.length > 0) hooks.push({ point, commands, from });
    }
  }
  return hooks;
}
