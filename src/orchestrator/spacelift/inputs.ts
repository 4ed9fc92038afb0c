import { type InventoryHook, type InventoryInput, type Stated, stated, unstated } from '../../model/inventory.ts';
import { flag, isNode, list, type Node, type Origin, odd, text, word } from './node.ts';

/** The variables that steer the tool: the only ones whose values are kept. `ro_` and `wo_` before them name a phase. */
const STEERING: readonly string[] = [
  'TF_CLI_ARGS',
  'TF_CLI_ARGS_init',
  'TF_CLI_ARGS_plan',
  'TF_CLI_ARGS_apply',
  'TF_WORKSPACE',
  'TF_DATA_DIR',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'SPACELIFT_DISABLE_STATE_LOCK',
];

/** Whether the value of a variable of this name may be kept. */
export const steers = (name: string): boolean => STEERING.includes(name.replace(/^[rw]o_/, ''));

const KINDS: ReadonlyMap<unknown, InventoryInput['kind']> = new Map([
  ['ENVIRONMENT_VARIABLE', 'variable'],
  ['FILE_MOUNT', 'file'],
]);

/** SHA-256 in hexadecimal digits; anything else is no checksum. */
export const checksumOf = (value: unknown): string | null => {
  const sum = text(value);
  return sum !== undefined && /^[0-9a-f]{64}$/i.test(sum) ? sum.toLowerCase() : null;
};

/** A config element of a stack or a context; undefined where it has another form. */
const inputFrom =
  (from: string) =>
  (element: unknown): InventoryInput | undefined => {
    if (!isNode(element)) return undefined;
    const name = word(element['id']);
    const kind = KINDS.get(element['type']);
    const secret = flag(element['writeOnly']);
    if (!name || kind === undefined || secret === undefined) return undefined;
    const keeps = kind === 'variable' && !secret && steers(name);
    return {
      name,
      kind,
      secret,
      checksum: checksumOf(element['checksum']),
      from,
      // What a run computes has no value that could be kept.
      computed: element['runtime'] === true && (element['value'] === null || element['value'] === undefined),
      value: keeps ? (text(element['value']) ?? null) : null,
    };
  };

/** A context that is attached to a stack. */
interface Attached {
  readonly id: string | null;
  readonly name: string;
  readonly node: Node;
}

function contextOf(value: unknown): Attached | undefined {
  const name = isNode(value) ? word(value['contextName']) : undefined;
  return isNode(value) && name ? { id: word(value['contextId']) ?? null, name, node: value } : undefined;
}

const contextsOf = (node: Node): readonly Attached[] | undefined => list(node['attachedContexts'], contextOf);

/** The variables and files of a stack, and of every context that is attached to it, by hand or by itself. */
export function inputsOf(node: Node, { source }: Origin): Stated<readonly InventoryInput[]> {
  if (node['config'] === undefined || node['attachedContexts'] === undefined) return unstated('inputs', source);
  const own = list(node['config'], inputFrom('stack'));
  const contexts = contextsOf(node);
  if (!own || !contexts) return odd('inputs', source);
  const all = [...own];
  for (const { name, node: context } of contexts) {
    if (context['config'] === undefined) return unstated('inputs', source);
    const given = list(context['config'], inputFrom(`context ${name}`));
    if (!given) return odd('inputs', source);
    all.push(...given);
  }
  return stated(all, source);
}

/** The points of a run at which commands can be hooked in. */
const POINTS: readonly string[] = [
  'beforeInit',
  'afterInit',
  'beforePlan',
  'afterPlan',
  'beforeApply',
  'afterApply',
  'beforePerform',
  'afterPerform',
  'beforeDestroy',
  'afterDestroy',
  'afterRun',
];

/** Where the hooks of a stack, or of a context, are told: below `hooks`, or beside its other fields; null for nowhere. */
function placeOf(node: Node, absent: Origin['absent']): Node | null | undefined {
  const { hooks } = node;
  if (hooks !== undefined) return isNode(hooks) ? hooks : undefined;
  return absent === 'empty' || POINTS.some((point) => node[point] !== undefined) ? node : null;
}

/** The hooks of one holder; null where not all of them are told, undefined for another form. */
function hooksIn(node: Node, from: string, absent: Origin['absent']): readonly InventoryHook[] | null | undefined {
  const place = placeOf(node, absent);
  if (!place) return place;
  const hooks: InventoryHook[] = [];
  for (const point of POINTS) {
    if (place[point] === undefined && absent === 'unknown') return null;
    const commands = list(place[point] ?? [], text);
    if (!commands) return undefined;
    if (commands.length > 0) hooks.push({ point, commands, from });
  }
  return hooks;
}

type Gaps = Extract<Stated<unknown>, { readonly gaps: unknown }>['gaps'];

const shown = 3;

const unread = (source: string, contexts: readonly string[]): Gaps => {
  const more = contexts.length > shown ? ` and ${contexts.length - shown} more` : '';
  const named = contexts.slice(0, shown).join(', ') + more;
  const detail = `${source} does not tell the hooks of the ${contexts.length === 1 ? 'context' : 'contexts'} ${named}`;
  return [{ fact: 'stack.hooks', cause: 'not-in-inventory', detail }];
};

const unlisted = (source: string): Gaps => {
  const detail = `${source} does not tell which contexts are attached, and so not their hooks`;
  return [{ fact: 'stack.hooks', cause: 'not-in-inventory', detail }];
};

/** The hooks of a context: told with its attachment, or among the contexts of the account. */
function hooksOfContext({ id, name, node }: Attached, { contexts }: Origin) {
  const from = `context ${name}`;
  const listed = id === null ? undefined : contexts.get(id);
  const told = hooksIn(node, from, 'unknown');
  return told === null && listed ? hooksIn(listed, from, 'unknown') : told;
}

/**
 * The commands that are hooked into the runs of a stack, by it and by its contexts. A context has hooks of its own (provider,
 * `spacelift_context`: `before_init`…), which its attachment does not show: where they are not told, nobody knows all hooks.
 */
export function hooksOf(node: Node, origin: Origin): Stated<readonly InventoryHook[]> {
  const { source, absent } = origin;
  const own = hooksIn(node, 'stack', absent);
  if (!own) return own === null ? unstated('hooks', source) : odd('hooks', source);
  if (node['attachedContexts'] === undefined) return { gaps: unlisted(source), part: own };
  const contexts = contextsOf(node);
  if (!contexts) return { ...odd('hooks', source), part: own };
  const given = contexts.map((context) => ({ name: context.name, hooks: hooksOfContext(context, origin) }));
  const read = [...own, ...given.flatMap(({ hooks }) => hooks ?? [])];
  if (given.some(({ hooks }) => hooks === undefined)) return { ...odd('hooks', source), part: read };
  const silent = given.filter(({ hooks }) => hooks === null).map(({ name }) => name);
  return silent.length > 0 ? { gaps: unread(source, silent), part: read } : stated(read, source);
}
