import { type Context, quoted, readCommands, readVariables, settingPlace } from './context.ts';
import { azure, type Dialect } from './dialects.ts';
import { joined, type Passage, placedAt } from './passage.ts';
import { inside } from './places.ts';
import { readScript } from './script.ts';
import type { Found } from './suggestion.ts';
import { type Data, entriesOf, get, itemsOf, textOf } from './yaml.ts';

function argumentList(step: Data, context: Context): readonly Found[] {
  const args = itemsOf(get(step, 'args'));
  const image = textOf(get(step, 'entrypoint')) ?? textOf(get(step, 'name')) ?? '';
  const words = args.flatMap((item): Passage[] => (item.kind === 'text' ? [quoted(item.passage)] : []));
  if (words.length === 0 || words.length < args.length) return [];
  const program = quoted(placedAt(image, step.at));
  return readScript(joined([program, ...words], ' '), context);
}

// A task adds arguments that its other settings name.
function azureTask(step: Data, context: Context): readonly Found[] {
  const inputs = get(step, 'inputs');
  const options = get(inputs, 'commandOptions');
  const task = textOf(get(step, 'task'));
  if (task === undefined || textOf(get(inputs, 'command')) !== 'init' || options?.kind !== 'text') return [];
  const place = settingPlace(get(inputs, 'workingDirectory')) ?? context.place;
  const command = joined([placedAt('terraform init', options.at), options.passage], ' ');
  return readScript(command, { path: context.path, place, open: [...context.open, task] });
}

function commandsIn(map: Data, context: Context, dialect: Dialect): readonly Found[] {
  const groups = dialect.commands.map((keys) => keys.map((key) => get(map, key)));
  const foreign = (dialect.foreign ?? []).flatMap((key) =>
    readCommands([get(map, key)], { ...context, open: [...context.open, key] }),
  );
  return [
    ...groups.flatMap((settings) => readCommands(settings, context)),
    ...foreign,
    ...(dialect.arguments ? argumentList(map, context) : []),
    ...(dialect === azure ? azureTask(map, context) : []),
  ];
}

/** Variables hold for all that is below them; only those of one step are known to be used in its directory. */
const variablesContext = (context: Context, own: boolean): Context =>
  own ? context : { ...context, place: { kind: 'unsaid' } };

interface Walk {
  readonly dialect: Dialect;
  readonly found: Found[];
  /** The key that the value stands under. */
  readonly key: string;
}

function walk(data: Data, context: Context, { dialect, found, key }: Walk): void {
  const isStep = dialect.step === key;
  if (data.kind === 'list') for (const item of data.items) walk(item, context, { dialect, found, key: '' });
  if (data.kind === 'text' && isStep) found.push(...readCommands([data], context));
  if (data.kind !== 'map') return;
  const settings = dialect.step === undefined || isStep ? dialect.directories : [];
  const named = settings.map((setting) => settingPlace(get(data, setting))).find((place) => place !== null);
  const inner = named ? { ...context, place: named } : context;
  found.push(...commandsIn(data, inner, dialect));
  for (const name of dialect.variables) {
    found.push(...readVariables(get(data, name), variablesContext(inner, named !== undefined)));
  }
  for (const [name, value] of entriesOf(data)) walk(value, inner, { dialect, found, key: name });
}

/** Finds the commands of a pipeline wherever they stand in it. */
export function readPipeline(documents: readonly Data[], path: string, dialect: Dialect): readonly Found[] {
  const found: Found[] = [];
  for (const document of documents) walk(document, { path, place: inside('.'), open: [] }, { dialect, found, key: '' });
  return found;
}

/**
 * AWS CodeBuild, whose phases are run by one shell since version 0.2:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function readBuildspec(documents: readonly Data[], path: string): readonly Found[] {
  const context: Context = { path, place: inside('.'), open: [] };
  return documents.flatMap((document) => {
    const phases = ['install', 'pre_build', 'build', 'post_build'];
    const settings = phases.flatMap((phase) => [get(document, 'phases', phase, 'commands')]);
    const variables = readVariables(get(document, 'env', 'variables'), variablesContext(context, false));
    if (Number(textOf(get(document, 'version'))) >= 0.2) return [...readCommands(settings, context), ...variables];
    return [...settings.flatMap((setting) => readCommands([setting], context)), ...variables];
  });
}

/** npm runs scripts in the directory of the package: https://docs.npmjs.com/cli/using-npm/scripts */
export function readPackage(documents: readonly Data[], context: Context): readonly Found[] {
  return documents.flatMap((document) =>
    entriesOf(get(document, 'scripts')).flatMap(([, script]) => readCommands([script], context)),
  );
}

/** Task, whose commands have a shell each: https://taskfile.dev/reference/schema */
export function readTaskfile(documents: readonly Data[], context: Context): readonly Found[] {
  const inTask = (task: Data): readonly Found[] => {
    const place = settingPlace(get(task, 'dir'), context.place) ?? context.place;
    const inner = { ...context, place };
    const cmds = [task, get(task, 'cmd'), ...(task.kind === 'map' ? itemsOf(get(task, 'cmds')) : [])];
    const texts = [...cmds, ...itemsOf(task), get(task, 'cmds')].flatMap((cmd) => [cmd, get(cmd, 'cmd')]);
    const commands = texts.filter((each) => each?.kind === 'text').flatMap((each) => readCommands([each], inner));
    return [...commands, ...readVariables(get(task, 'env'), inner)];
  };
  return documents.flatMap((document) => [
    ...entriesOf(get(document, 'tasks')).flatMap(([, task]) => inTask(task)),
    ...readVariables(get(document, 'env'), variablesContext(context, false)),
  ]);
}
