const assigned = /(?:^|[^\w$-])([A-Za-z_]\w*)(?:\[[^\]\n]{0,50}\])?\+?=|\$\{([A-Za-z_]\w*):?=/g;
const changed = /\b(?:for|select|read|getopts|mapfile|readarray|unset|let|printf[ \t]{1,9}-v)\b([^\n;|&]{0,200})/g;

/**
 * The variables that a script sets exactly once, anywhere and in any way: the only ones whose value can be known.
 * Counts what merely looks like an assignment, too: a name too few is an open value, a name too many would be a wrong one.
 */
export function setOnce(source: string): ReadonlySet<string> {
  const once = new Set<string>();
  const more = new Set<string>();
  const add = (name: string) => void (once.has(name) ? more : once).add(name);
  for (const match of source.matchAll(assigned)) add(match[1] ?? match[2] ?? '');
  for (const [, rest = ''] of source.matchAll(changed)) {
    for (const [name] of rest.matchAll(/[A-Za-z_]\w*/g)) more.add(name);
  }
  return new Set([...once].filter((name) => !more.has(name)));
}
