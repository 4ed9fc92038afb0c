import { type Datum, isMembers, isSequence, type Members, Unevaluated } from '../hcl/expressions/datum.ts';
import { combined } from '../hcl/expressions/obstacles.ts';
import { firstOf, type Layer, layersOf } from './layers.ts';
import { attributeOf, generatesIn, type RemoteState, remoteStateIn, sourceIn } from './parts.ts';
import { type Configuration, type Run, unknownAt } from './run.ts';

/** Texts that every configuration has, empty where nothing sets them (`TerragruntConfigAsCty` in pkg/config/config_as_cty.go). */
const TEXTS = [
  'terraform_binary',
  'terraform_version_constraint',
  'terragrunt_version_constraint',
  'download_dir',
  'iam_role',
  'iam_assume_role_session_name',
  'iam_web_identity_token',
];

const isEmpty = (datum: Datum): boolean =>
  datum === null || datum === '' || datum === 0 || datum === false || (isMembers(datum) && datum.size === 0);

/** `mergo.Merge` as Terragrunt calls it: objects member by member, lists one behind the other, empty values never win. */
function deepMerge(below: Datum | undefined, above: Datum): Datum {
  if (below === undefined || above instanceof Unevaluated) return above;
  if (isSequence(below) && isSequence(above)) return [...below, ...above];
  if (isMembers(below) && isMembers(above)) {
    const merged = new Map(below);
    for (const [name, value] of above) merged.set(name, deepMerge(below.get(name), value));
    return merged;
  }
  // A list or an object above something unknown is only a part of what they come to.
  const isPart = below instanceof Unevaluated && (isSequence(above) || isMembers(above));
  return isPart || isEmpty(above) ? below : above;
}

function shallowMerge(below: Datum, above: Datum): Datum {
  if (isMembers(below) && isMembers(above)) return new Map([...below, ...above]);
  return combined([below, above].filter((datum) => datum instanceof Unevaluated)) ?? above;
}

async function mergedInputs(layers: readonly Layer[]): Promise<Datum | undefined> {
  let merged: Datum | undefined;
  for (const { configuration, strategy } of layers) {
    const inputs = (await attributeOf(configuration, 'inputs'))?.value;
    if (inputs === undefined) continue;
    const merge = strategy === 'deep' ? deepMerge : shallowMerge;
    merged = merged === undefined ? inputs : merge(inputs, merged);
  }
  return merged;
}

const remoteStateMembers = (found: RemoteState | Unevaluated): Datum =>
  found instanceof Unevaluated
    ? found
    : new Map([
        ['backend', found.backend],
        ['config', found.config],
        ['generate', found.generate],
        ['disable_init', found.disableInit ?? false],
      ]);

async function mergedGenerates(layers: readonly Layer[]): Promise<Datum> {
  let merged: Members = new Map();
  for (const { configuration } of layers) {
    const found = await generatesIn(configuration);
    if (found instanceof Unevaluated) return found;
    const own = [...found].map(([name, { path, contents, ifExists, disable }]): [string, Datum] => [
      name,
      new Map([
        ['path', path],
        ['contents', contents],
        ['if_exists', ifExists],
        ['disable', disable ?? false],
      ]),
    ]);
    merged = new Map([...own, ...merged]);
  }
  return merged;
}

/** What a file has besides what is evaluated is there, and unknown: otherwise `try` would take it for absent. */
function addUnread(found: Map<string, Datum>, { frame: { file } }: Configuration): void {
  for (const block of file.body.blocks) {
    if (['include', 'locals', 'generate', 'terraform'].includes(block.type) || found.has(block.type)) continue;
    found.set(block.type, unknownAt({ file, span: block }, 'this block of a configuration is not evaluated here'));
  }
}

/**
 * A configuration as another one sees it through `read_terragrunt_config` or an exposed include: its own locals, and all else
 * merged with its includes (`TerragruntConfigAsCty` in Terragrunt's pkg/config/config_as_cty.go).
 */
export async function membersOf(run: Run, configuration: Configuration): Promise<Datum> {
  const layers: Layer[] = [];
  for (const layer of await layersOf(run, configuration)) {
    if (layer instanceof Unevaluated) return layer;
    layers.push(layer);
  }
  const found = new Map<string, Datum>([['locals', await configuration.locals()]]);
  const set = (name: string, value: Datum | undefined): void => {
    if (value !== undefined) found.set(name, value);
  };
  set('inputs', await mergedInputs(layers));
  const remoteState = await firstOf(layers, remoteStateIn);
  if (remoteState !== null) found.set('remote_state', remoteStateMembers(remoteState));
  const source = await firstOf(layers, sourceIn);
  if (source !== null)
    found.set('terraform', new Map([['source', source instanceof Unevaluated ? source : source.value]]));
  set('generate', await mergedGenerates(layers));
  for (const name of TEXTS) {
    const text = await firstOf(layers, (layer) => attributeOf(layer, name));
    found.set(name, text === null ? '' : text instanceof Unevaluated ? text : text.value);
  }
  for (const layer of layers) addUnread(found, layer.configuration);
  return found;
}
