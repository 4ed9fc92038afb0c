import picomatch from 'picomatch';

/** Whether a stack path matches any of some globs. `**` is everything: the root (`.`) and names that no glob would match, too. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  if (globs.includes('**')) return () => true;
  const matches = picomatch([...globs], { dot: true });
  return (path) => (path === '.' ? globs.includes('.') : matches(path));
}
