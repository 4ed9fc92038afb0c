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

const KINDS: Readonly<Record<string, InventoryInput['kind']>> = {
  ENVIRONMENT_VARIABLE: 'variable',
  FILE_MOUNT: 'file',
};

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
    const kind = KINDS[text(element['type']) ?? ''];
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

function hooksIn(node: Node, from: string): readonly InventoryHook[] | undefined {
  const found = POINTS.map((point) => {
    const commands = node[point] === undefined || node[point] === null ? [] : list(node[point], text);
    return commands && { point, commands, from };
  });
  const hooks = found.flatMap((hook) => hook ?? []);
  return hooks.length < POINTS.length ? undefined : hooks.filter(({ commands }) => commands.length > 0);
}

/** Where the hooks of a context are: with the attachment, or among the contexts of the account. */
function placeOfHooks({ id, node }: Attached, { contexts }: Origin): Node | undefined {
  const listed = id === null ? undefined : contexts.get(id);
  return [node, listed].flatMap((one) => (one && isNode(one['hooks']) ? [one['hooks']] : []))[0];
}

const untold = (context: string, source: string): ReturnType<typeof unstated> => ({
  gaps: [
    {
      fact: 'stack.hooks',
      cause: 'not-in-inventory',
      detail: `${source} does not tell the hooks of ${context}, which the stack runs, too`,
    },
  ],
});

/** The commands that are hooked into the runs of a stack, by it and by its contexts; a gap where those of a context are not told. */
export function hooksOf(node: Node, origin: Origin): Stated<readonly InventoryHook[]> {
  const { source, absent } = origin;
  const place = isNode(node['hooks']) ? node['hooks'] : node;
  const tells = place !== node || POINTS.some((point) => node[point] !== undefined) || absent === 'empty';
  if (node['hooks'] !== undefined && place === node) return odd('hooks', source);
  if (!tells) return unstated('hooks', source);
  if (node['attachedContexts'] === undefined) return untold('contexts', source);
  const own = hooksIn(place, 'stack');
  const contexts = contextsOf(node);
  if (!own || !contexts) return odd('hooks', source);
  const all = [...own];
  for (const context of contexts) {
    const theirs = placeOfHooks(context, origin);
    if (!theirs) return untold(`context ${context.name}`, source);
    const hooks = hooksIn(theirs, `context ${context.name}`);
    if (!hooks) return odd('hooks', source);
    all.push(...hooks);
  }
  return stated(all, source);
}
