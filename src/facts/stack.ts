import type { Backend } from '../model/backend.ts';
import type { Custody } from '../model/catalogue.ts';
import { isKnown, known } from '../model/fact.ts';
import type { Bucket, Stack, State } from '../model/subject.ts';
import { stateHostOwner } from '../orchestrator/fingerprints.ts';
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
const teamOwned: readonly string[] = ['azurerm', 'consul', 'cos', 'gcs', 'kubernetes', 'oci', 'oss', 'pg'];

const custody = resolve({
  fact: 'stack.custody',
  asks: ['stack.backend'],
  calls: [],
  async run(stack, { ask, gap }) {
    const declared = await ask('stack.backend', stack);
    if (!isKnown(declared)) return declared;
    const kept = custodyOf(declared.known);
    if (kept) return known(kept);
    const type = declared.known.kind === 'other' ? declared.known.type : declared.known.kind;
    return gap({ cause: 'undecided', detail: `backend "${type}" does not say whose server keeps the state` });
  },
});

function custodyOf(declared: Backend): Custody | null {
  switch (declared.kind) {
    case 's3':
      return { kind: 'team', backend: 's3', place: `bucket ${declared.location.bucket}` };
    case 's3-partial':
      return { kind: 'team', backend: 's3', place: `(${declared.missing.join(' and ')} given outside the code)` };
    case 'hosted': {
      const service = stateHostOwner(declared.hostname)?.name ?? `a ${declared.type} service`;
      return { kind: 'service', service, hostname: declared.hostname };
    }
    case 'local':
      return { kind: 'local', declared: declared.declaredAt !== null };
    case 'other':
      if (declared.type === 'inmem') return { kind: 'local', declared: true };
      return teamOwned.includes(declared.type)
        ? { kind: 'team', backend: declared.type, place: '(not looked into)' }
        : null;
  }
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
        if (isGeneralPurpose(bucket)) return known([stateOf(stack, declared.known)]);
        return gap({ cause: 'backend-unsupported', detail: `"${bucket}" is not the name of a general purpose bucket` });
      }
      case 's3-partial': {
        const missing = declared.known.missing.join(' and ');
        return gap({
          cause: 'backend-incomplete',
          detail: `the s3 backend block has no ${missing} that can be read as it stands`,
        });
      }
      case 'other':
        return gap({ cause: 'backend-unsupported', detail: `the state is in backend "${declared.known.type}"` });
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

// Names of general purpose buckets, old ones included; directory buckets end in --x-s3, access points are ARNs or aliases.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const isGeneralPurpose = (bucket: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket) && !/--(?:x-s3|ol-s3|table-s3)$|-s3alias$/.test(bucket);

function stateOf(stack: Stack, { location }: Extract<Backend, { kind: 's3' }>): State {
  const { bucket: name, key, region, regionInCode, endpoint } = location;
  const bucket: Bucket = { kind: 'bucket', name, region, account: null, endpoint };
  return {
    kind: 'state',
    stack,
    declaredRegion: regionInCode ? region : null,
    bucket,
    object: { kind: 'object', bucket, key },
  };
}

const roles = resolve({
  fact: 'stack.roles',
  asks: [],
  calls: [],
  async run(stack) {
    const { namedRoles } = stack;
    if (!isKnown(namedRoles)) return namedRoles;
    return known(namedRoles.known.map(({ arn, phase }) => ({ kind: 'role', stack, arn, phase }) as const));
  },
});

/** Facts about a stack that its code and config decide. */
export const stackResolvers = [backend, custody, states, roles];
