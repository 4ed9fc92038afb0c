import type { InputStanding } from '../model/dependencies.ts';
import { isKnown, known } from '../model/fact.ts';
import type { InventoryInput } from '../model/inventory.ts';
import type { Escrow } from '../model/record.ts';
import { resolve } from './resolver.ts';

const inventory = resolve({ fact: 'stack.inventory', asks: [], calls: [], run: async (stack) => stack.inventory });

// What these say is in the record: the arguments of the backend, the role, the workspace.
const RECORDED: readonly string[] = ['TF_CLI_ARGS_init', 'TF_WORKSPACE', 'AWS_ROLE_ARN'];
// These mean something inside a run of the orchestrator only.
const NEEDLESS: readonly string[] = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'SPACELIFT_DISABLE_STATE_LOCK', 'TF_DATA_DIR'];

/** `ro_` and `wo_` split a variable between the phases of a run (docs.spacelift.io, "Environment"). */
const plainName = (name: string): string => name.replace(/^[rw]o_/, '');

/** One copy of one input, held against what the orchestrator says of it (`checksum` is the SHA-256 of the value: same page). */
function kept({ name, checksum }: InventoryInput, escrow: Escrow | undefined): InputStanding['kept'] {
  if (RECORDED.includes(plainName(name))) return { kind: 'record' };
  if (NEEDLESS.includes(plainName(name))) return { kind: 'needless' };
  if (!escrow) return { kind: 'nowhere' };
  const { where, sha256 } = escrow;
  if (sha256 === null) return { kind: 'unverified', where, because: 'nobody has said its SHA-256' };
  if (checksum === null) return { kind: 'unverified', where, because: 'the inventory has no checksum of it' };
  return sha256 === checksum.toLowerCase() ? { kind: 'escrow', where } : { kind: 'differs', where };
}

/** Values of one name in two places: the stack's own counts, and of several contexts' each. */
function counting(inputs: readonly InventoryInput[]): readonly InventoryInput[] {
  const own = new Set(inputs.filter(({ from }) => from === 'stack').map(({ name, kind }) => `${kind} ${name}`));
  return inputs.filter(
    ({ from, name, kind, computed }) => !computed && (from === 'stack' || !own.has(`${kind} ${name}`)),
  );
}

const because = ({ name, kept: copy }: InputStanding): string =>
  copy.kind === 'unverified'
    ? `whether the copy of ${name} in ${copy.where} is the same is not known: ${copy.because}`
    : '';

/**
 * What is kept nowhere, or differs, decides; where every input has a copy, one that nobody can compare leaves the answer open. The
 * value of an input is never read: a copy is compared by its SHA-256.
 */
const inputs = resolve({
  fact: 'stack.inputs',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const listed = await ask('stack.inventory', stack);
    if (!isKnown(listed)) return listed;
    if (listed.known === null) return known({ exempt: 'the orchestrator has no stack for it', inputs: [] });
    const { administrative, inputs: held } = listed.known;
    if (isKnown(administrative) && administrative.known)
      return known({ exempt: 'it manages the orchestrator itself', inputs: [] });
    if (!isKnown(held)) return held;
    const standings = counting(held.known).map((input) => ({
      name: input.name,
      from: input.from,
      secret: input.secret,
      kept: kept(input, stack.escrow.get(input.name)),
    }));
    const lost = standings.some(({ kept: { kind } }) => kind === 'nowhere' || kind === 'differs');
    const open = standings.filter(({ kept: { kind } }) => kind === 'unverified');
    if (!lost && open.length > 0) return gap({ cause: 'undecided', detail: open.map(because).join('; ') });
    return known({ exempt: null, inputs: standings });
  },
});

/** What the orchestrator lists of a stack, and how its inputs could be had without the orchestrator. */
export const inputsResolvers = [inventory, inputs];
