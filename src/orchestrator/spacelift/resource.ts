import type { SourceLocation } from '../../model/location.ts';
import { isNode, type Node } from './node.ts';

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
  const value = attributes[name];
  return value === null || value === '' ? undefined : value;
};

/** The first nested block of a name; undefined where there is none. */
export function nested(resource: Pick<ProviderResource, 'attributes'>, name: string): Node | undefined {
  const blocks = resource.attributes[name];
  const [first] = Array.isArray(blocks) ? blocks : [];
  return isNode(first) ? first : undefined;
}

/** True where an attribute refers to a resource: by its id, or in code by its address. */
export function refersTo(value: unknown, { address, attributes }: ProviderResource): boolean {
  if (value instanceof Open) return value.text === `${address}.id` || value.text === `${address}.slug`;
  return (
    typeof value === 'string' &&
    (value === attributes['id'] || value === attributes['slug'] || value === attributes['integration_id'])
  );
}
