import type { SourceLocation } from '../../model/location.ts';
import { isNode, type Node, text } from './node.ts';

/** An expression that only Terraform can evaluate, as it is written. */
export class Open {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A resource of the provider: in a state with its values, in code with `Open` where an expression stands; nested blocks are lists of objects. */
export interface ProviderResource {
  readonly type: string;
  /** `spacelift_stack.network`, below modules `module.x.spacelift_stack.network`. */
  readonly address: string;
  readonly attributes: Node;
  /** Who says it, for people. */
  readonly source: string;
  /** Where it is declared; null in a state. */
  readonly location: SourceLocation | null;
}

/** An attribute: what it says, `undefined` where it is left out or null, `Open` where only Terraform knows. */
export const attribute = ({ attributes }: Pick<ProviderResource, 'attributes'>, name: string): unknown => {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value === null || value === '' ? undefined : value;
};

/** The first nested block of a name, which JSON may write without a list; undefined where there is none. */
export function nested(resource: Pick<ProviderResource, 'attributes'>, name: string): Node | undefined {
  const blocks = attribute(resource, name);
  const first: unknown = Array.isArray(blocks) ? blocks[0] : blocks;
  return isNode(first) && !(first instanceof Open) ? first : undefined;
}

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

/** What a resource is called for people: its name, or where it is declared. */
export const calledName = (resource: ProviderResource): string => text(attribute(resource, 'name')) ?? resource.address;

// A reference to a resource, and nothing else; of one that is made several times, to one of them.
const REFERENCE = /^(spacelift_\w+\.[\w-]+)((?:\[[^\]]*\])?)\.(?:id|slug)$/;

/** The resource that an expression refers to by its id; null for any other expression. */
export const referred = ({ text: written }: Open): string | null => {
  const [, address, index] = REFERENCE.exec(written) ?? [];
  return address === undefined ? null : `${address}${index ?? ''}`;
};

/** The slug that Spacelift makes of the name of a stack or context when it is made (docs.spacelift.io, "Stack settings"). */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The ids under which others may name a resource; none where nothing of it is written out. */
function idsOf(resource: ProviderResource): readonly string[] {
  const own = [...new Set(['id', 'slug'].flatMap((name) => text(attribute(resource, name)) ?? []))];
  const name = text(attribute(resource, 'name'));
  const derived = own.length === 0 && name !== undefined && attribute(resource, 'slug') === undefined;
  return derived ? [slugOf(name)] : own;
}

const byAddress = (address: string): string => `address ${address}`;
const byId = (id: string): string => `id ${id}`;

/** What a value refers to; null for what only Terraform can tell. */
function keyOf(value: unknown): string | null {
  if (typeof value === 'string') return byId(value);
  const address = value instanceof Open ? referred(value) : null;
  return address === null ? null : byAddress(address);
}

const keysOf = (resource: ProviderResource): readonly string[] => [
  byAddress(resource.address),
  ...idsOf(resource).map(byId),
];

const targetsOf = (resources: readonly ProviderResource[]): ReadonlyMap<string, ProviderResource> =>
  new Map(resources.flatMap((resource) => keysOf(resource).map((key) => [key, resource] as const)));

/** What one attribute of one type of resources refers to. */
interface Referring {
  readonly to: ReadonlyMap<string, readonly ProviderResource[]>;
  /** Those whose target only Terraform can tell. */
  readonly open: readonly ProviderResource[];
  readonly ids: boolean;
}

function referringBy(resources: readonly ProviderResource[], name: string): Referring {
  const to = new Map<string, ProviderResource[]>();
  const open: ProviderResource[] = [];
  let ids = false;
  for (const resource of resources) {
    const value = attribute(resource, name);
    const key = keyOf(value);
    if (key === null && value !== undefined) open.push(resource);
    ids ||= typeof value === 'string';
    if (key === null) continue;
    const others = to.get(key);
    if (others) others.push(resource);
    else to.set(key, [resource]);
  }
  return { to, open, ids };
}

/** The resources of one source by type, and by what they refer to: each attribute is gone through once. */
export class ResourceIndex {
  readonly #byType = new Map<string, ProviderResource[]>();
  readonly #referring = new Map<string, Referring>();
  readonly #targets = new Map<string, ReadonlyMap<string, ProviderResource>>();

  constructor(resources: readonly ProviderResource[]) {
    for (const resource of resources) {
      const alike = this.#byType.get(resource.type);
      if (alike) alike.push(resource);
      else this.#byType.set(resource.type, [resource]);
    }
  }

  /** All of one type. */
  of(type: string): readonly ProviderResource[] {
    return this.#byType.get(type) ?? [];
  }

  #by(type: string, name: string): Referring {
    const key = `${type}.${name}`;
    const found = this.#referring.get(key) ?? referringBy(this.of(type), name);
    this.#referring.set(key, found);
    return found;
  }

  /** Those of a type whose attribute refers to a resource, by its id or, in code, by its address. */
  referring(type: string, name: string, target: ProviderResource): readonly ProviderResource[] {
    const { to } = this.#by(type, name);
    return keysOf(target).flatMap((key) => to.get(key) ?? []);
  }

  /** True where others of a type may refer to a resource, too: by an expression, or by an id where that of the resource is not known. */
  mayRefer(type: string, name: string, target: ProviderResource): boolean {
    const { open, ids } = this.#by(type, name);
    return open.length > 0 || (ids && idsOf(target).length === 0);
  }

  /** The resource of a type that an attribute refers to; undefined where it is not of this source. */
  target(value: unknown, type: string): ProviderResource | undefined {
    const targets = this.#targets.get(type) ?? targetsOf(this.of(type));
    this.#targets.set(type, targets);
    const key = keyOf(value);
    return key === null ? undefined : targets.get(key);
  }
}
