import { type Backend, backendType, incompleteText } from '../model/backend.ts';
import type { Custody } from '../model/catalogue.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Bucket, Stack, State } from '../model/subject.ts';
import { stateHostOwner } from '../orchestrator/fingerprints.ts';
import { isDirectoryBucket, isGeneralPurpose } from '../s3/bucket-name.ts';
import { DEFAULT_WORKSPACE, listedWorkspaces, listingPrefix } from '../terraform/backend/workspace-key.ts';
import { resolve } from './resolver.ts';

const backend = resolve({
  fact: 'stack.backend',
  asks: [],
  calls: [],
  run: async (stack) => stack.backend,
});

/**
 * Backends of Terraform 1.12 and OpenTofu 1.12 that keep the state in something that the team runs or rents itself
 * (internal/backend/init/init.go). `http` is not among them: whose server it is, only its address tells.
 */
const teamOwned: readonly string[] = ['azurerm', 'consul', 'cos', 'gcs', 'kubernetes', 'oci', 'oss', 'pg', 's3'];

const custody = resolve({
  fact: 'stack.custody',
  asks: ['stack.backend'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    if (!isKnown(declared)) return declared;
    const kept = custodyOf(declared.known);
    if (kept) return known(kept);
    const type = backendType(declared.known);
    return gap({ cause: 'undecided', detail: `backend "${type}" does not say whose server keeps the state` });
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

/** The states that can be looked into. Wherever else the state is, that is a gap: nothing can be said of it, good or bad. */
const states = resolve({
  fact: 'stack.states',
  asks: ['stack.backend'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    if (!isKnown(declared)) return declared;
    switch (declared.known.kind) {
      case 's3': {
        const { bucket } = declared.known.location;
        if (isGeneralPurpose(bucket) || isDirectoryBucket(bucket)) return known([stateOf(stack, declared.known)]);
        return gap({ cause: 'backend-unsupported', detail: `"${bucket}" is not the name of a bucket` });
      }
      case 'partial':
        return gap({ cause: 'backend-incomplete', detail: incompleteText(declared.known) });
      case 'other':
        return gap({
          cause: 'backend-unsupported',
          detail: `the state is in backend "${declared.known.type}": ${declared.known.place}`,
        });
      case 'hosted':
        return gap({ cause: 'backend-unsupported', detail: `the state is kept by ${declared.known.hostname}` });
      case 'local':
        return gap({
          cause: 'backend-unsupported',
          detail: 'the state is a local file, of which nothing can be seen from here',
        });
    }
  },
});

function stateOf(stack: Stack, { location }: Extract<Backend, { kind: 's3' }>): State {
  const { bucket: name, key, region, regionInCode, endpoint, writes } = location;
  const bucket: Bucket = { kind: 'bucket', name, region, account: null, endpoint };
  return {
    kind: 'state',
    stack,
    declaredRegion: regionInCode ? region : null,
    bucket,
    object: { kind: 'object', bucket, key },
    writes,
  };
}

/** Terraform lists what is under the prefix and takes the keys that end in this one (see `listedWorkspaces`). */
const workspaces = resolve({
  fact: 'stack.workspaces',
  asks: ['stack.backend', 'stack.states', 'prefix.keys'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    if (!isKnown(declared)) return declared;
    const found = await ask('stack.states', stack);
    if (!isKnown(found)) return found;
    const [state] = found.known;
    const made = declared.known.kind === 's3' ? declared.known.location.workspaces : null;
    if (!state || !made) {
      return gap({ cause: 'undecided', detail: 'the key depends on the workspace in a way that no listing shows' });
    }
    const { prefix, defaultKey: key } = made;
    const keys = await ask('prefix.keys', { kind: 'prefix', bucket: state.bucket, prefix: listingPrefix(prefix) });
    if (!isKnown(keys)) return keys;
    return known(listedWorkspaces(keys.known, { key, prefix }).filter((name) => name !== DEFAULT_WORKSPACE));
  },
});

const roles = resolve({
  fact: 'stack.roles',
  asks: [],
  calls: [],
  async run(stack) {
    const { namedRoles } = stack;
    if (!isKnown(namedRoles)) return namedRoles;
    return known(namedRoles.known.map(({ arn, phase, use }) => ({ kind: 'role', stack, arn, phase, use }) as const));
  },
});

/** Facts about a stack that its code and config decide. */
export const stackResolvers = [backend, custody, states, workspaces, roles];
