import type { InputStanding, Keeping } from '../model/dependencies.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { InventoryInput } from '../model/inventory.ts';
import type { Escrow, RecordStanding } from '../model/record.ts';
import { givesVariables, withoutCredentials } from '../record/hidden.ts';
import { exemptionOf } from './exemption.ts';
import { resolve } from './resolver.ts';

const inventory = resolve({ fact: 'stack.inventory', asks: [], calls: [], run: async (stack) => stack.inventory });

// These mean something inside a run of the orchestrator only.
const NEEDLESS: readonly string[] = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'SPACELIFT_DISABLE_STATE_LOCK', 'TF_DATA_DIR'];

/** `ro_` and `wo_` split a variable between the phases of a run (docs.spacelift.io, "Environment"). */
const plainName = (name: string): string => name.replace(/^[rw]o_/, '');

/** The committed record has the very value. It keeps those of the variables that steer the tool, and of no secret. */
function isRecorded({ name, from, value }: InventoryInput, record: Fact<RecordStanding>): boolean {
  if (value === null || !isKnown(record) || record.known.kind !== 'listed') return false;
  // The values of variables in it are not in the record.
  if (givesVariables(value)) return false;
  return record.known.values[`${name} of ${from}`] === withoutCredentials(value);
}

/** One copy of one input, held against what the orchestrator says of it (`checksum` is the SHA-256 of the value: same page). */
function escrowed({ checksum }: InventoryInput, escrow: Escrow | undefined): Keeping {
  if (!escrow) return { kind: 'nowhere' };
  const { where, sha256 } = escrow;
  if (sha256 === null) return { kind: 'unverified', where, because: 'nobody has said its SHA-256' };
  if (checksum === null) return { kind: 'unverified', where, because: 'the inventory has no checksum of it' };
  return sha256.toLowerCase() === checksum.toLowerCase() ? { kind: 'escrow', where } : { kind: 'differs', where };
}

interface Copies {
  readonly escrow: ReadonlyMap<string, Escrow>;
  readonly record: Fact<RecordStanding>;
}

function kept(input: InventoryInput, { escrow, record }: Copies): Keeping {
  if (input.kind === 'variable' && NEEDLESS.includes(plainName(input.name))) return { kind: 'needless' };
  return isRecorded(input, record) ? { kind: 'record' } : escrowed(input, escrow.get(input.name));
}

const sameName = ({ kind, name }: InventoryInput): string => `${kind} ${name}`;

/** Values of one name in two places: the stack's own counts, and of several contexts' each. */
function counting(inputs: readonly InventoryInput[]): readonly InventoryInput[] {
  const own = new Set(inputs.filter(({ from }) => from === 'stack').map(sameName));
  return inputs.filter((input) => !input.computed && (input.from === 'stack' || !own.has(sameName(input))));
}

/**
 * How each input could be had. One copy cannot equal the different values that several contexts give one name; which of them a run
 * gets is not documented without a doubt ("Context", On priority), so that a copy of one of them leaves it open.
 */
function standingsOf(held: readonly InventoryInput[], copies: Copies): readonly InputStanding[] {
  const all = counting(held).map((input) => ({ input, keeping: kept(input, copies) }));
  const copied = new Set(all.flatMap(({ input, keeping: { kind } }) => (kind === 'escrow' ? [sameName(input)] : [])));
  return all.map(({ input, keeping }): InputStanding => {
    const { name, from, secret } = input;
    const open = keeping.kind === 'differs' && copied.has(sameName(input));
    const because = 'it is that of another context, and which of the two a run gets is not known';
    return { name, from, secret, kept: open ? { kind: 'unverified', where: keeping.where, because } : keeping };
  });
}

const doubt = ({ name, kept: copy }: InputStanding): string =>
  copy.kind === 'unverified'
    ? `whether the copy of ${name} in ${copy.where} is the same is not known: ${copy.because}`
    : '';

/**
 * What is kept nowhere, or differs, decides; where every input has a copy, one that nobody can compare leaves the answer open. The
 * value of an input that does not steer the tool is never read: a copy is compared by its SHA-256.
 */
const inputs = resolve({
  fact: 'stack.inputs',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const listed = await ask('stack.inventory', stack);
    const exempt = exemptionOf(stack, isKnown(listed) ? listed.known : null);
    if (exempt !== null) return known({ exempt, inputs: [] });
    if (!isKnown(listed)) return listed;
    // Who may not see a stack is not told that there is one: that it is not listed proves nothing.
    if (listed.known === null)
      return gap({ cause: 'not-in-inventory', detail: 'the inventory has no stack for it: what it gets is not known' });
    const { inputs: held } = listed.known;
    if (!isKnown(held)) return held;
    const standings = standingsOf(held.known, stack);
    const lost = standings.some(({ kept: { kind } }) => kind === 'nowhere' || kind === 'differs');
    const open = standings.filter(({ kept: { kind } }) => kind === 'unverified');
    if (!lost && open.length > 0) return gap({ cause: 'undecided', detail: open.map(doubt).join('; ') });
    return known({ exempt: null, inputs: standings });
  },
});

/** What the orchestrator lists of a stack, and how its inputs could be had without the orchestrator. */
export const inputsResolvers = [inventory, inputs];
