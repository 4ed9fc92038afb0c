import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml';

/** A path into the config: map keys, and list positions as decimal digits. */
export type Path = readonly string[];

/** The node at the end of a path and that of its key: undefined where nothing is written. */
export interface Written {
  readonly key: unknown;
  readonly value: unknown;
}

/** What each alias stands for: the last node before it that has the anchor. */
function targets(document: Document): ReadonlyMap<Alias, unknown> {
  const anchored = new Map<string, unknown>();
  const found = new Map<Alias, unknown>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) found.set(node, anchored.get(node.source));
      else if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  return found;
}

const pairsOf = (map: YAMLMap): ReadonlyMap<unknown, Pair> =>
  new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : pair.key, pair]));

/**
 * Finds the node under a path. An alias is followed, so that the answer is where the value was written. Aliases and keys are
 * looked up once and not for each path: a stranger's file may have a hundred thousand wrong keys.
 */
export function nodeFinder(document: Document): (path: Path) => Written {
  const maps = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();
  const pairAt = (map: YAMLMap, key: string): Pair | undefined => {
    const pairs = maps.get(map) ?? pairsOf(map);
    maps.set(map, pairs);
    return pairs.get(key);
  };
  let aliases: ReadonlyMap<Alias, unknown> | undefined;
  const follow = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    aliases ??= targets(document);
    return aliases.get(node) ?? node;
  };
  return (path) =>
    path.reduce<Written>(
      ({ value }, segment) => {
        if (isMap(value)) {
          const pair = pairAt(value, segment);
          return { key: pair?.key, value: follow(pair?.value) };
        }
        return { key: undefined, value: isSeq(value) ? follow(value.items[Number(segment)]) : undefined };
      },
      { key: undefined, value: follow(document.contents) },
    );
}

/** The offset at which a node starts; undefined for what is no node. */
export const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
