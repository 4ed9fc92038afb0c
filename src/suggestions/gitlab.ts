import { type Context, readCommands, readVariables } from './context.ts';
import { inside } from './places.ts';
import type { Found } from './suggestion.ts';
import { type Data, entriesOf, get, linesOfText } from './yaml.ts';

const maxExtends = 10;

interface Setting {
  readonly value: Data | undefined;
  /** A template that is not in this file, which may say something else. */
  readonly elsewhere: string | null;
}

/** A job's own setting, else that of the templates that it extends, the last one first. */
function setting(document: Data, job: Data, { key, depth = 0 }: { key: string; depth?: number }): Setting {
  const own = get(job, key);
  if (own) return { value: own, elsewhere: null };
  for (const name of linesOfText(get(job, 'extends')).toReversed()) {
    const template = get(document, name);
    if (!template || depth >= maxExtends) return { value: undefined, elsewhere: name };
    const inherited = setting(document, template, { key, depth: depth + 1 });
    if (inherited.value || inherited.elsewhere !== null) return inherited;
  }
  return { value: undefined, elsewhere: null };
}

function readJob(document: Data, [name, job]: readonly [string, Data], context: Context): readonly Found[] {
  const before = setting(document, job, { key: 'before_script' });
  const common = get(document, 'default', 'before_script') ?? get(document, 'before_script');
  const script = setting(document, job, { key: 'script' });
  // Whoever extends a hidden job may give it another directory.
  const open = [...(name.startsWith('.') ? [name] : []), ...(before.elsewhere === null ? [] : [before.elsewhere])];
  const inner = { ...context, open: [...context.open, ...open] };
  return [
    ...readCommands([before.value ?? common, script.value], inner),
    ...readCommands([get(job, 'after_script')], inner),
    ...readVariables(get(job, 'variables'), { ...inner, place: { kind: 'unsaid' } }),
  ];
}

/**
 * GitLab CI: `before_script` and `script` are read by one shell in the root of the checkout
 * (https://docs.gitlab.com/ci/yaml/#before_script), and jobs extend each other (https://docs.gitlab.com/ci/yaml/#extends).
 */
export function readGitlab(documents: readonly Data[], path: string): readonly Found[] {
  const context: Context = { path, place: inside('.'), open: [] };
  return documents.flatMap((document) => [
    ...entriesOf(document).flatMap((job) => (job[0] === 'default' ? [] : readJob(document, job, context))),
    ...readVariables(get(document, 'variables'), { ...context, place: { kind: 'unsaid' } }),
  ]);
}
