import { type Context, readCommands, readVariables, settingPlace } from './context.ts';
import { inside } from './places.ts';
import type { Found } from './suggestion.ts';
import { type Data, entriesOf, get, itemsOf, linesOfText, textOf } from './yaml.ts';

/** What a workflow, a job or a step changes for the steps in it. */
function under(context: Context, run: Data | undefined): Context {
  const shell = textOf(get(run, 'shell'));
  const place = settingPlace(get(run, 'working-directory')) ?? context.place;
  if (shell === undefined) return { ...context, place };
  const foreign = /^(?:ba)?sh\b/.test(shell) ? [] : [`shell: ${shell}`];
  // The innermost shell is the one that counts.
  return { ...context, place, open: [...context.open.filter((open) => !open.startsWith('shell: ')), ...foreign] };
}

/** Another repository, or this one in a subdirectory: then paths in the job are not those of the audited tree. */
function checkouts(steps: Data | undefined): readonly string[] {
  return itemsOf(steps).flatMap((step) => {
    if (!textOf(get(step, 'uses'))?.startsWith('actions/checkout@')) return [];
    return ['repository', 'path'].flatMap((key) => {
      const value = textOf(get(step, 'with', key));
      return value === undefined || /^(?:\.\/?|\$\{\{ ?github\.repository ?\}\})?$/.test(value)
        ? []
        : [`${key}: ${value}`];
    });
  });
}

const unsaid = (context: Context): Context => ({ ...context, place: { kind: 'unsaid' } });

function readSteps(steps: Data | undefined, context: Context): readonly Found[] {
  const inSteps = { ...context, open: [...context.open, ...checkouts(steps)] };
  return itemsOf(steps).flatMap((step) => {
    const inner = under(inSteps, step);
    return [...readCommands([get(step, 'run')], inner), ...readVariables(get(step, 'env'), inner)];
  });
}

// PowerShell is the default there.
const isWindows = (job: Data) => linesOfText(get(job, 'runs-on')).some((label) => /windows/i.test(label));

function readJob(job: Data, context: Context): readonly Found[] {
  const platform = isWindows(job) ? { ...context, open: [...context.open, 'shell: pwsh'] } : context;
  const inner = under(platform, get(job, 'defaults', 'run'));
  return [...readSteps(get(job, 'steps'), inner), ...readVariables(get(job, 'env'), unsaid(context))];
}

/**
 * A GitHub Actions workflow, or a composite action: `run` in its `working-directory`, which the step, the job or the workflow
 * gives (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#defaultsrun).
 */
export function readGithub(documents: readonly Data[], path: string): readonly Found[] {
  const start: Context = { path, place: inside('.'), open: [] };
  return documents.flatMap((document) => {
    const context = under(start, get(document, 'defaults', 'run'));
    return [
      ...entriesOf(get(document, 'jobs')).flatMap(([, job]) => readJob(job, context)),
      ...readSteps(get(document, 'runs', 'steps'), start),
      ...readVariables(get(document, 'env'), unsaid(start)),
    ];
  });
}
