import { type Backend, incompleteText } from '../model/backend.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Bucket, Stack, State } from '../model/subject.ts';
import { isDirectoryBucket, isGeneralPurpose } from '../s3/bucket-name.ts';
import { DEFAULT_WORKSPACE, listedWorkspaces, listingPrefix } from '../terraform/backend/workspace-key.ts';
import { resolve } from './resolver.ts';

const backend = resolve({
  fact: 'stack.backend',
  asks: [],
  calls: [],
  run: async (stack) => stack.backend,
});

/** The states that can be looked into. Wherever else the state is, that is a gap: nothing can be said of it, good or bad. */
const states = resolve({
  fact: 'stack.states',
  asks: ['stack.backend', 'stack.custody'],
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
      case 'local': {
        const custody = await ask('stack.custody', stack);
        if (!isKnown(custody)) return custody;
        const kept = 'service' in custody.known ? `kept by ${custody.known.service}` : 'a local file';
        return gap({
          cause: 'backend-unsupported',
          detail: `the state is ${kept}, of which nothing can be seen from here`,
        });
      }
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
    // One that is used for the state, too, is one role.
    const byArn = new Map([...namedRoles.known].reverse().map((role) => [role.arn, role]));
    return known(
      [...byArn.values()].reverse().map(({ arn, phase, use }) => ({ kind: 'role', stack, arn, phase, use }) as const),
    );
  },
});

/** Facts about a stack that its code and config decide. */
export const stackResolvers = [backend, states, workspaces, roles];
