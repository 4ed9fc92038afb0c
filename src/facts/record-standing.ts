import { type Fact, isKnown, known } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import type { RecordStanding } from '../model/record.ts';
import type { Stack } from '../model/subject.ts';
import { foreignName } from '../record/listed.ts';
import { ageInDays, isAhead } from './drills.ts';
import { type Context, resolve } from './resolver.ts';

type Listing = Extract<RecordStanding, { kind: 'listed' }>;
type Asking = Context<'stack.inventory' | 'stack.dependencies', never>;

const deploying = ({ namedRoles }: Stack) =>
  isKnown(namedRoles) ? namedRoles.known.filter(({ use }) => use === 'deploy') : [];

/** Everything that a source says the stack deploys with: ARNs of roles, and the orchestrator's identities in other clouds. */
function deployedWith(stack: Stack, own: InventoryStack | null): readonly string[] {
  const attached = own && isKnown(own.roles) ? own.roles.known.map(({ arn }) => arn) : [];
  const foreign = own && isKnown(own.foreignIdentities) ? own.foreignIdentities.known.map(foreignName) : [];
  return [...new Set([...deploying(stack).map(({ arn }) => arn), ...attached, ...foreign])].sort();
}

// Variables that make the AWS SDK somebody (AWS SDKs and Tools Reference Guide, "Environment variables"), and inputs of the code that
// look like it; `ro_` and `wo_` are Spacelift's.
const identifying =
  /^(?:[rw]o_)?(?:TF_VAR_\w*(?:access_?key|role_?arn|assume_?role|profile)\w*|AWS_(?:ACCESS_KEY_ID|PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|SHARED_CREDENTIALS_FILE|CONFIG_FILE|CONTAINER_CREDENTIALS_\w+))$/i;

/**
 * What may still make a stack somebody to AWS that no role is attached to; null where nothing may. A private worker has a role of its
 * own (docs.spacelift.io, "Worker pools"), and hooks assume roles by themselves where the backend cannot.
 */
function otherIdentity({ workerPool, inputs, hooks }: InventoryStack): string | null {
  if (!isKnown(workerPool) || !isKnown(inputs) || !isKnown(hooks))
    return 'its workers, inputs and hooks are not all known';
  if (workerPool.known !== null) return `it runs on the workers of ${workerPool.known}, which have a role of their own`;
  const input = inputs.known.find(
    ({ name, kind, computed }) => kind === 'variable' && !computed && identifying.test(name),
  );
  if (input) return `it gets ${input.name} (${input.from})`;
  const file = inputs.known.find(({ kind, name }) => kind === 'file' && /credentials|\.aws\//.test(name));
  if (file) return `it gets the file ${file.name} (${file.from})`;
  const hook = hooks.known.find(({ commands }) => commands.some((command) => /\baws\b|AWS_/.test(command)));
  return hook ? `a hook at ${hook.point} uses AWS (${hook.from})` : null;
}

/** Why the stack needs no role on record; null where it does, or where that is not certain. */
async function needless(stack: Stack, own: InventoryStack | null, { ask }: Asking): Promise<string | null> {
  if (deployedWith(stack, own).length > 0 || stack.unnamedRoles.length > 0) return null;
  if (own && !(isKnown(own.roles) && isKnown(own.foreignIdentities))) return null;
  const dependencies = await ask('stack.dependencies', stack);
  if (isKnown(dependencies) && dependencies.known.exempt !== null) return dependencies.known.exempt;
  // A role that code takes with a token of the run is in no integration: code that nobody read may have one.
  if (!own || !isKnown(stack.needs) || otherIdentity(own) !== null) return null;
  const source = 'source' in own.roles ? own.roles.source : '';
  return `no role and no identity of another cloud is attached to it, and nothing that it gets makes it somebody to AWS (${source})`;
}

const notAll = 'only the code names roles of it, which does not prove that there are no others';

/** Why it is not certain that the roles that are named are all; null where an inventory or the config says so. */
function unproven(
  stack: Stack,
  listed: Fact<InventoryStack | null>,
  { gap }: Asking,
): Exclude<Fact<RecordStanding>, { readonly known: unknown }> | null {
  if (deploying(stack).some(({ declaredBy }) => declaredBy === 'config')) return null;
  if (!isKnown(listed)) {
    const unread = listed.gaps.every(({ cause }) => cause === 'no-inventory');
    return unread ? gap({ cause: 'no-inventory', detail: `no inventory was read: ${notAll}` }) : listed;
  }
  const own = listed.known;
  if (own === null) return gap({ cause: 'not-in-inventory', detail: `the inventory has no stack for it: ${notAll}` });
  if (!isKnown(own.roles)) return own.roles;
  if (!isKnown(own.foreignIdentities)) return own.foreignIdentities;
  const [unnamed] = stack.unnamedRoles;
  if (unnamed) {
    const detail = `the code names ${unnamed.pattern}, which only the tool can evaluate`;
    return gap({ cause: 'role-not-named', detail });
  }
  const { needs } = stack;
  if (!isKnown(needs) && needs.gaps.some(({ cause }) => cause === 'unparsable')) return needs;
  if (deployedWith(stack, own).length > 0) return null;
  const otherwise = isKnown(needs) ? 'none is named' : needs.gaps[0].detail;
  return gap({ cause: 'role-not-named', detail: `no role is attached to it; ${otherIdentity(own) ?? otherwise}` });
}

/** What the record says, held against everything that is known today. */
function heldAgainst(listing: Listing, wanted: readonly string[], asOf: string): Listing {
  const { recordedAt } = listing;
  const ageDays = isAhead(recordedAt, asOf) ? -ageInDays(asOf, recordedAt) : ageInDays(recordedAt, asOf);
  return {
    ...listing,
    ageDays,
    missing: wanted.filter((name) => !listing.roles.includes(name)),
    roles: wanted.filter((name) => listing.roles.includes(name)),
  };
}

/**
 * What the committed record says of the roles of a stack. A record that is missing, old or incomplete is that for certain; that a
 * record is complete can be said only where somebody says which roles there are: an inventory, or the config.
 */
const record = resolve({
  fact: 'stack.record',
  asks: ['stack.inventory', 'stack.dependencies'],
  calls: [],
  async run(stack, context) {
    const { asOf, expected, ask } = context;
    const listed = await ask('stack.inventory', stack);
    const own = isKnown(listed) ? listed.known : null;
    const because = await needless(stack, own, context);
    if (because !== null) return known({ kind: 'no-role', because });
    if (!isKnown(stack.record) || stack.record.known.kind !== 'listed') return stack.record;
    const standing = heldAgainst(stack.record.known, deployedWith(stack, own), asOf);
    const { missing, ageDays } = standing;
    const wanting = missing.length > 0 || ageDays < 0 || ageDays > expected.recordMaxAgeDays;
    return (wanting ? null : unproven(stack, listed, context)) ?? known(standing);
  },
});

/** What the committed record says of a stack. */
export const recordStandingResolvers = [record];
