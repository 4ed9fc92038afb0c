/**
 * Keys of the documented config that this release does not honour yet. Using one is an error that says so: ignoring it
 * would audit something else than what the team wrote down, and calling it a typo would send them looking for one.
 */
const reserved: readonly (readonly string[])[] = [['ruleFiles']];

/** True for a key that the config is documented to have, but that this release refuses. */
export const isReserved = (path: readonly string[]): boolean =>
  reserved.some(
    (key) => key.length === path.length && key.every((segment, index) => segment === '*' || segment === path[index]),
  );
