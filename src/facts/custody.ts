import { type Backend, backendType } from '../model/backend.ts';
import type { Custody, MountedBackend } from '../model/catalogue.ts';
import { type Fact, isKnown, known } from '../model/fact.ts';
import type { InventoryStack } from '../model/inventory.ts';
import type { Stack } from '../model/subject.ts';
import { fingerprintOf, stateHostOwner } from '../orchestrator/fingerprints.ts';
import { resolve } from './resolver.ts';

/**
 * Backends of Terraform 1.12 and OpenTofu 1.12 that keep the state in something that the team runs or rents itself
 * (internal/backend/init/init.go). `http` is not among them: whose server it is, only its address tells.
 */
const teamOwned: readonly string[] = ['azurerm', 'consul', 'cos', 'gcs', 'kubernetes', 'oci', 'oss', 'pg', 's3'];

const custody = resolve({
  fact: 'stack.custody',
  asks: ['stack.backend', 'stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    const listed = await ask('stack.inventory', stack);
    const own = isKnown(listed) ? listed.known : null;
    if (own && isKnown(own.stateKeeping) && own.stateKeeping.known === 'orchestrator') {
      const contradiction = contradicted(declared, own);
      return contradiction ? gap({ cause: 'undecided', detail: contradiction }) : known(keptBy(stack));
    }
    if (!isKnown(declared)) return declared;
    const kept = custodyOf(declared.known);
    if (!kept) {
      const type = backendType(declared.known);
      return gap({ cause: 'undecided', detail: `backend "${type}" does not say whose server keeps the state` });
    }
    const bare = kept.kind === 'local' && !kept.declared;
    // Which stack of the orchestrator it is, decides who keeps the state of code that does not say so.
    if (bare && !isKnown(listed) && listed.gaps[0].cause !== 'no-inventory') return listed;
    const given: Given = bare && own ? backendFrom(own) : { kind: 'none' };
    if (given.kind === 'none') return known(kept);
    return gap({ cause: 'backend-incomplete', detail: `the code has no backend block; ${toldOf(given)}` });
  },
});

/** The orchestrator injects a backend of its own, and refuses code that has one (docs.spacelift.io, "State management"). */
function contradicted(declared: Fact<Backend>, { id, stateKeeping }: InventoryStack): string | null {
  if (!isKnown(declared) || declared.known.declaredAt === null || !isKnown(stateKeeping)) return null;
  if (declared.known.kind === 'hosted') return null;
  return `${stateKeeping.source} says that it keeps the state of ${id}, and the code has a backend "${backendType(declared.known)}"`;
}

/** A hosted service works from accounts that are known; of one that the team runs itself, only the config or the service knows them. */
function keptBy({ orchestrator, orchestratorMarks }: Stack): Custody {
  const fingerprint = fingerprintOf(orchestrator);
  const name = fingerprint?.name ?? orchestrator;
  const { accounts } = orchestratorMarks;
  const ownInstallation = accounts.length > 0 && accounts.every((account) => !fingerprint?.accounts.includes(account));
  if (ownInstallation) return { kind: 'self-hosted', service: name };
  return { kind: 'service', service: name, hostname: null };
}

const isBackendFile = (name: string): boolean => /\.(?:tf|tofu)(?:\.json)?$/.test(name);

/** What gives a backend to code that has no block, and whose state the orchestrator does not keep. */
type Given =
  | { readonly kind: 'none' }
  | { readonly kind: 'mounted'; readonly mounted: MountedBackend }
  /** Something may; in words. */
  | { readonly kind: 'perhaps'; readonly because: string };

const perhaps = (because: string): Given => ({ kind: 'perhaps', because });

function backendFrom({ stateKeeping, inputs, hooks }: InventoryStack): Given {
  if (!isKnown(stateKeeping)) return perhaps('the inventory does not say who keeps the state');
  const file = isKnown(inputs) ? inputs.known.find(({ kind, name }) => kind === 'file' && isBackendFile(name)) : null;
  if (file) return { kind: 'mounted', mounted: { file: file.name, from: file.from } };
  const before = isKnown(hooks)
    ? hooks.known.some(({ point, commands }) => point === 'beforeInit' && commands.length > 0)
    : false;
  if (before) return perhaps('hooks that run before init may write one');
  return isKnown(inputs) && isKnown(hooks) ? { kind: 'none' } : perhaps('what the orchestrator adds is not known');
}

const toldOf = (given: Exclude<Given, { readonly kind: 'none' }>): string =>
  given.kind === 'mounted' ? `the orchestrator mounts ${given.mounted.file} (${given.mounted.from})` : given.because;

const mountedBackend = resolve({
  fact: 'stack.mountedBackend',
  asks: ['stack.backend', 'stack.inventory'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    const listed = await ask('stack.inventory', stack);
    const own = isKnown(listed) ? listed.known : null;
    const bare = isKnown(declared) && declared.known.kind === 'local' && declared.known.declaredAt === null;
    const kept = own && isKnown(own.stateKeeping) && own.stateKeeping.known === 'orchestrator';
    if (bare && !isKnown(listed) && listed.gaps.some(({ cause }) => cause !== 'no-inventory')) return listed;
    if (!bare || !own || kept) return known(null);
    const given = backendFrom(own);
    if (given.kind === 'perhaps')
      return gap({ cause: 'backend-incomplete', detail: `the code has no backend block; ${given.because}` });
    return known(given.kind === 'mounted' ? given.mounted : null);
  },
});

const team = (backend: string, place: string): Custody | null =>
  teamOwned.includes(backend) ? { kind: 'team', backend, place } : null;

function custodyOf(declared: Backend): Custody | null {
  switch (declared.kind) {
    case 's3':
      return team('s3', `bucket ${declared.location.bucket}`);
    case 'partial':
      return team(declared.type, `(${declared.missing.map(({ name }) => name).join(' and ')} given outside the code)`);
    case 'hosted':
      return serviceAt(declared.hostname) ?? service(`a ${declared.type} service`, declared.hostname);
    case 'local':
      return { kind: 'local', declared: declared.declaredAt !== null };
    case 'other':
      if (declared.type === 'inmem') return { kind: 'local', declared: true };
      return (declared.hostname === null ? null : serviceAt(declared.hostname)) ?? team(declared.type, declared.place);
  }
}

const service = (name: string, hostname: string): Custody => ({ kind: 'service', service: name, hostname });

function serviceAt(hostname: string): Custody | null {
  const owner = stateHostOwner(hostname);
  return owner ? service(owner.name, hostname) : null;
}

/** Who keeps the state of a stack, as the code and the orchestrator say. */
export const custodyResolvers = [custody, mountedBackend];
