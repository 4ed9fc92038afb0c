import type { CodeNeeds, OrchestratorDependency, StackDependencies } from '../model/dependencies.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Unread } from '../model/gap.ts';
import type { InventoryHook, InventoryStack } from '../model/inventory.ts';
import type { Stack } from '../model/subject.ts';
import { sorted } from '../orchestrator/hook-effects.ts';
import { exemptionOf } from './exemption.ts';
import { resolve } from './resolver.ts';

/** The kind of orchestrator of which inventories are read. */
const IMPORTED = 'spacelift';

const REGISTRY: readonly OrchestratorDependency['kind'][] = ['module', 'provider'];

const ownOf = ({ orchestrator }: Stack, found: readonly OrchestratorDependency[]): readonly OrchestratorDependency[] =>
  found.filter((one) => one.orchestrator === orchestrator);

/** A local module that nobody read may hold anything. */
function notRead({ missing: [module] }: CodeNeeds): Unread | null {
  if (!module) return null;
  const { file, line } = module.location;
  const detail = `${module.text} (${file}:${line}) was not read: it is outside of what was audited, or has no code`;
  return { cause: 'undecided', detail };
}

const hookText = ({ point, commands, from }: InventoryHook): string => {
  const count = commands.length === 1 ? '1 command' : `${commands.length} commands`;
  return `${point} of ${from} runs ${count}`;
};

const makingText = (hook: InventoryHook): string =>
  `${hookText(hook)}, ${hook.commands.length === 1 ? 'which makes' : 'some of which make'} files, environment or arguments`;

/**
 * What the inventory tells that works only there: hooks that make something, and sources that the orchestrator hosts. Where not all
 * hooks are told, one that makes something is enough.
 */
function fromInventory(stack: Stack, { id, hooks, repository }: InventoryStack): Fact<StackDependencies> {
  const base = { orchestrator: stack.orchestrator, location: null } as const;
  const hosted = isKnown(repository) && repository.known.hostedByOrchestrator;
  const settings = {
    ...base,
    kind: 'settings',
    text: `the repository of ${id} is hosted by the orchestrator`,
  } as const;
  const { making, others } = sorted(isKnown(hooks) ? hooks.known : (hooks.part ?? []));
  const found: readonly OrchestratorDependency[] = [
    ...making.map((hook) => ({ ...base, kind: 'hook', text: makingText(hook) }) as const),
    ...(hosted ? [settings] : []),
  ];
  // What is found decides; that there is nothing else, both have to say.
  if (found.length === 0 && !isKnown(hooks)) return { gaps: hooks.gaps };
  if (found.length === 0 && !isKnown(repository)) return repository;
  return known({ exempt: null, found, otherHooks: others.map(hookText) });
}

/**
 * What works only inside the orchestrator, apart from its registry. What is found decides; where nothing is, a source that could not be
 * read leaves the answer open.
 */
const dependencies = resolve({
  fact: 'stack.dependencies',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const listed = await ask('stack.inventory', stack);
    const own = isKnown(listed) ? listed.known : null;
    const exempt = exemptionOf(stack, own);
    if (exempt !== null) return known({ exempt, found: [], otherHooks: [] });
    const told = own
      ? fromInventory(stack, own)
      : known<StackDependencies>({ exempt: null, found: [], otherHooks: [] });
    const code = isKnown(stack.needs) ? ownOf(stack, stack.needs.known.dependencies.found) : [];
    const found = [...code.filter(({ kind }) => !REGISTRY.includes(kind)), ...(isKnown(told) ? told.known.found : [])];
    const otherHooks = isKnown(told) ? told.known.otherHooks : [];
    if (found.length > 0) return known({ exempt: null, found, otherHooks });
    if (!isKnown(stack.needs)) return stack.needs;
    // Only an inventory tells of hooks. Of an orchestrator whose inventory cannot be read by anybody, the code is all there is.
    if (!isKnown(listed) && (stack.orchestrator === IMPORTED || listed.gaps[0].cause !== 'no-inventory')) return listed;
    const unread = notRead(stack.needs.known);
    if (unread) return gap(unread);
    return isKnown(told) ? known({ exempt: null, found, otherHooks }) : told;
  },
});

/** Modules and providers from the orchestrator's registry; a source that nobody can read may be one of them. */
const registries = resolve({
  fact: 'stack.registries',
  asks: ['stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const listed = await ask('stack.inventory', stack);
    const exempt = exemptionOf(stack, isKnown(listed) ? listed.known : null);
    if (exempt !== null) return known({ exempt, found: [] });
    if (!isKnown(stack.needs)) return stack.needs;
    const { dependencies: code } = stack.needs.known;
    const found = ownOf(stack, code.found).filter(({ kind }) => REGISTRY.includes(kind));
    if (found.length > 0) return known({ exempt: null, found });
    const [unread] = code.unread;
    const missing = notRead(stack.needs.known);
    if (!unread) return missing ? gap(missing) : known({ exempt: null, found });
    const { file, line } = unread.location;
    return gap({ cause: 'undecided', detail: `${unread.text} is an expression (${file}:${line})` });
  },
});

const lock = resolve({
  fact: 'stack.lock',
  asks: [],
  calls: [],
  run: async ({ needs }) => (isKnown(needs) ? needs.known.lock : unknown(...needs.gaps)),
});

/** What a stack needs that only the orchestrator has, and whether its providers are locked. */
export const dependencyResolvers = [dependencies, registries, lock];
