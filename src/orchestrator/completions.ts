import type { InventoryStack } from '../model/inventory.ts';
import { readEnvironment } from '../suggestions/environment.ts';
import { secret } from '../suggestions/items.ts';
import type { BackendConfigItem } from '../terraform/backend/backend-config.ts';
import type { Completion } from '../terraform/backend/configurations.ts';
import type { Phase } from './phases.ts';
import { steering, workspaceOf } from './steering.ts';

// Each is put right behind the subcommand, so that the second wins (Terraform, main.go, mergeEnvArgs).
const VARIABLES = ['TF_CLI_ARGS_init', 'TF_CLI_ARGS'] as const;

type Given = Pick<Completion, 'items' | 'refusal'>;

const refused = (message: string): Given => ({ items: [], refusal: { at: null, message } });

/** What the orchestrator hands to `terraform init` in one phase, in variables: nobody who clones the repository has it. */
function givenIn(stack: InventoryStack, phase: Phase): Given {
  const items: BackendConfigItem[] = [];
  for (const variable of VARIABLES) {
    const set = steering(stack, variable, phase);
    if (set.kind === 'open' && 'known' in stack.inputs) return refused(set.because);
    const init = set.kind === 'set' ? readEnvironment(set.value) : null;
    if (!init || set.kind !== 'set') continue;
    const strange = init.open.filter((text) => text !== secret);
    const files = init.items.flatMap((item) => (item.kind === 'file' ? [item.path] : []));
    if (strange.length + files.length > 0)
      return refused(`${set.name} of ${set.from} is not understood: ${[...strange, ...files].join(', ')}`);
    for (const item of init.items) {
      // A credential does not say where the state is.
      if (item.kind !== 'value' || item.text === secret) continue;
      const text = `${set.name} of ${set.from === 'stack' ? `stack ${stack.id}` : set.from}`;
      const source = { kind: 'environment', committed: false, location: null, text } as const;
      items.push({ kind: 'value', name: item.name, value: item.text, source });
    }
  }
  return { items };
}

const saying = ({ items }: Given): string =>
  JSON.stringify(items.map((item) => (item.kind === 'value' ? [item.name, item.value] : item)));

/** Both phases have to find the same state: where they are told different places, nobody knows which one it is in. */
function givenTo(stack: InventoryStack): Given {
  const [plan, apply] = [givenIn(stack, 'plan'), givenIn(stack, 'apply')];
  if (apply.refusal || plan.refusal) return apply.refusal ? apply : plan;
  if (saying(plan) === saying(apply)) return apply;
  return refused('the arguments of init that runs get differ between plan and apply');
}

/**
 * How the orchestrator completes the backend of one root module. Stacks that differ in their workspace only share it; where several
 * run in the same workspace, each is a variant by its id.
 */
export function inventoryCompletions(stacks: readonly InventoryStack[]): readonly Completion[] {
  const [first] = stacks;
  if (!first) return [{ variant: null, items: [] }];
  const given = stacks.map((stack) => ({ variant: stack.id, ...givenTo(stack) }));
  const workspaces = new Set(stacks.map(workspaceOf));
  const alike = new Set(given.map(({ variant: _, ...what }) => JSON.stringify(what))).size === 1;
  const [one] = given;
  if (alike && workspaces.size === stacks.length && one) return [{ ...one, variant: null }];
  return given;
}

/** The workspaces in which the orchestrator runs a root module; null where that is the default one, or not known. */
export function inventoryWorkspaces(stacks: readonly InventoryStack[]): readonly string[] | null {
  const names = stacks.map(workspaceOf);
  const told = names.filter((name) => name !== null);
  if (told.length < names.length || told.every((name) => name === 'default')) return null;
  return [...new Set(told)].sort();
}
