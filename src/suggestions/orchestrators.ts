import { type Context, linesOf, readCommands, readVariables, settingPlace } from './context.ts';
import { joined, placedAt } from './passage.ts';
import { inside, type Place } from './places.ts';
import { readScript } from './script.ts';
import type { Found } from './suggestion.ts';
import { type Data, entriesOf, get, itemsOf, textOf } from './yaml.ts';

// Atlantis puts the extra arguments behind `terraform init` and gives the line to a shell (step_runner of its runtime).
function extraArguments(args: Data | undefined, context: Context): readonly Found[] {
  const { passages, unread } = linesOf(args);
  const command = joined([placedAt('terraform init', args?.at ?? 0), ...passages], ' ');
  return readScript(command, { ...context, open: unread ? [...context.open, 'extra_args'] : context.open });
}

function readStep(step: Data, context: Context): readonly Found[] {
  const run = get(step, 'run');
  const variable = get(step, 'env');
  return [
    ...extraArguments(get(step, 'init', 'extra_args'), context),
    ...readCommands([get(run, 'command') ?? run, undefined], context),
    ...readVariables(variable && { kind: 'list', items: [variable], at: variable.at }, context),
  ];
}

const readWorkflow = (workflow: Data, context: Context): readonly Found[] =>
  ['plan', 'apply', 'import', 'state_rm'].flatMap((stage) =>
    itemsOf(get(workflow, stage, 'steps')).flatMap((step) => readStep(step, context)),
  );

/** The directories of the projects that run a workflow; one that is not said when none does. */
function workflowPlaces(document: Data, name: string): readonly Place[] {
  const projects = itemsOf(get(document, 'projects')).filter(
    (project) => (textOf(get(project, 'workflow')) ?? 'default') === name,
  );
  const places = projects.flatMap((project) => settingPlace(get(project, 'dir')) ?? []);
  return places.length > 0 ? places : [{ kind: 'unsaid' }];
}

/**
 * Atlantis, in the repository or on the server: the steps of each workflow, in the directory of each project that runs it
 * (https://www.runatlantis.io/docs/custom-workflows#init-plan-apply-stages).
 */
export function readAtlantis(documents: readonly Data[], path: string): readonly Found[] {
  return documents.flatMap((document) =>
    entriesOf(get(document, 'workflows')).flatMap(([name, workflow]) =>
      workflowPlaces(document, name).flatMap((place) => readWorkflow(workflow, { path, place, open: [] })),
    ),
  );
}

function readStack(stack: Data | undefined, defaults: Data | undefined, context: Context): readonly Found[] {
  const hooks = get(stack, 'before_init') ?? get(defaults, 'before_init');
  const own = get(stack, 'environment');
  const named = (data: Data | undefined) => get(data, 'TF_CLI_ARGS_init') !== undefined;
  return [
    ...readCommands([hooks], context),
    ...readVariables(own, context),
    ...(named(own) ? [] : readVariables(get(defaults, 'environment'), context)),
  ];
}

/**
 * Spacelift's runtime configuration: the hooks and variables of each stack, in its project root; those for all stacks count
 * where the stack says nothing else (https://docs.spacelift.io/concepts/configuration/runtime-configuration).
 */
export function readSpacelift(documents: readonly Data[], path: string): readonly Found[] {
  return documents.flatMap((document) => {
    const defaults = get(document, 'stack_defaults');
    const common = settingPlace(get(defaults, 'project_root'));
    const stacks = entriesOf(get(document, 'stacks')).flatMap(([, stack]) => {
      const place = settingPlace(get(stack, 'project_root')) ?? common ?? inside('.');
      return readStack(stack, defaults, { path, place, open: [] });
    });
    // Stacks that the file does not name have the defaults, too.
    return [...stacks, ...readStack(undefined, defaults, { path, place: common ?? { kind: 'unsaid' }, open: [] })];
  });
}
