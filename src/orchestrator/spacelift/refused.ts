import { isNode, type Node } from './node.ts';

type Step = string | number;

/** Paths by their steps; one that ends has no step below. */
type Tree = Map<Step, Tree>;

// The paths of our own queries have ten steps; of a longer one the beginning goes, which is more than was named.
const DEEPEST = 32;

function treeOf(paths: readonly (readonly Step[])[]): Tree {
  const tree: Tree = new Map();
  for (const path of paths) {
    let at = tree;
    for (const step of path.slice(0, DEEPEST)) {
      const below: Tree = at.get(step) ?? new Map();
      at.set(step, below);
      at = below;
    }
  }
  return tree;
}

/** The value without what the paths lead to. Where a parent is null, because its type allows no null below, the parent goes. */
function without(value: unknown, tree: Tree): unknown {
  if (tree.size === 0) return value;
  if (Array.isArray(value)) return value.map((item, index) => without(item, tree.get(index) ?? new Map()));
  if (!isNode(value)) return value;
  const kept = Object.entries(value).flatMap(([key, below]) => {
    const named = tree.get(key);
    if (!named) return [[key, below] as const];
    return named.size === 0 || below === null ? [] : [[key, without(below, named)] as const];
  });
  return Object.fromEntries(kept);
}

const isPath = (path: unknown): path is readonly Step[] =>
  Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');

/**
 * A body without the fields that its errors name: the server puts null where it refuses (GraphQL, "Errors", path), and null says
 * that there is none.
 */
export function withoutRefused(body: Node): Node {
  const errors = Array.isArray(body['errors']) ? body['errors'] : [];
  const paths = errors.flatMap((error) => (isNode(error) && isPath(error['path']) ? [error['path']] : []));
  return paths.length === 0 ? body : { ...body, data: without(body['data'], treeOf(paths)) };
}
