import { type Fact, isKnown, known } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { gapsOf } from '../model/logic.ts';
import type { BucketPolicy, KeyPolicy } from '../model/storage.ts';
import type { Copy } from '../model/subject.ts';
import { isKms, kmsKeyName } from '../s3/kms-key-name.ts';
import type { StatePlace } from '../s3/state-calls.ts';
import { listingPrefix } from '../terraform/backend/workspace-key.ts';
import type { Context } from './resolver.ts';

/** What a place is asked, whoever opens it. */
export const placeAsks = [
  'bucket.location',
  'bucket.policy',
  'copy.keys',
  'kmsKey.policy',
  'object.status',
  'stack.backend',
] as const;

type PlaceContext = Pick<Context<(typeof placeAsks)[number], never>, 'ask' | 'gap' | 'asOf'>;

/** A place as everybody finds it: what has to be called, and the policies of what is called. */
export interface Place {
  readonly calls: Omit<StatePlace, 'account'>;
  readonly bucketPolicy: Fact<BucketPolicy>;
  /** By the ARN of the key. */
  readonly keyPolicies: ReadonlyMap<string, Fact<KeyPolicy>>;
  /** What more may have to be called, which is not known. */
  readonly unread: readonly Gap[];
}

/** The place of a copy in a region of AWS. */
export async function placeOf(copy: Copy, region: string, context: PlaceContext): Promise<Place> {
  const { bucket, object, state, replica } = copy;
  const [bucketPolicy, keys, lock] = [
    await context.ask('bucket.policy', bucket),
    await keysOf(copy, context),
    lockOf(copy, context),
  ];
  const { kmsKeyId } = state.writes;
  const key = 'known' in kmsKeyId ? kmsKeyId.known : undefined;
  return {
    calls: {
      bucket: bucket.name,
      key: object.key,
      region,
      lockfile: lock.file,
      table: lock.table,
      keys: [...keys.policies.keys()],
      bucketKey: await bucketKeyOf(copy, context),
      listed: await listedUnder(copy, context),
      // A key that the backend names for its own region has to be overridden at a replica.
      names: key === undefined || (replica && key !== null) ? 'unknown' : { key },
      now: context.asOf,
    },
    bucketPolicy,
    keyPolicies: keys.policies,
    unread: [...keys.unread, ...lock.unread],
  };
}

/** The keys that are there. One that is not, or that KMS does not know, opens to nobody, which `state-key-survives` says. */
async function keysOf(
  copy: Copy,
  { ask, gap }: PlaceContext,
): Promise<{ policies: Place['keyPolicies']; unread: readonly Gap[] }> {
  const keys = await ask('copy.keys', copy);
  if (!isKnown(keys)) return { policies: new Map(), unread: keys.gaps };
  if (keys.known.kind !== 'kms') return { policies: new Map(), unread: [] };
  const { uses, bucketRegion: region } = keys.known;
  const found = uses.flatMap(({ description }) => (description.kind === 'found' ? [description.arn] : []));
  const missing = uses.filter(({ description }) => description.kind !== 'found');
  const policies = await Promise.all(
    [...new Set(found)].map(async (id): Promise<readonly [string, Fact<KeyPolicy>]> => {
      const account = kmsKeyName(id)?.account ?? null;
      return [id, await ask('kmsKey.policy', { kind: 'kmsKey', id, region, account })];
    }),
  );
  return {
    policies: new Map(policies),
    unread: gapsOf(
      missing.map(({ key }) =>
        gap({ cause: 'undecided', detail: `there is no key ${key} in ${region}`, resource: key }),
      ),
    ),
  };
}

async function bucketKeyOf({ object }: Copy, { ask }: PlaceContext): Promise<boolean | null> {
  const status = await ask('object.status', object);
  if (!isKnown(status) || status.known.kind !== 'present' || !isKms(status.known.encryption)) return null;
  return status.known.bucketKey;
}

async function listedUnder({ state }: Copy, { ask }: PlaceContext): Promise<string | null> {
  const backend = await ask('stack.backend', state.stack);
  const workspaces = isKnown(backend) && backend.known.kind === 's3' ? backend.known.location.workspaces : null;
  return workspaces && listingPrefix(workspaces.prefix);
}

/** Terraform takes every lock that is configured, the table in the region of the bucket. */
function lockOf({ state }: Copy, { gap }: PlaceContext) {
  const { lockfile, table, tableEndpoint } = state.writes;
  const incomplete = (detail: string) => gap({ cause: 'backend-incomplete', detail });
  const file = 'known' in lockfile ? known(lockfile.known) : incomplete(lockfile.open);
  const name = 'known' in table ? known(table.known) : incomplete(table.open);
  const ours = isKnown(name) && name.known !== null ? tableOf(name.known, tableEndpoint, gap) : name;
  return {
    file: isKnown(file) && file.known,
    table: isKnown(ours) ? ours.known : null,
    unread: gapsOf([file, ours]),
  };
}

/** A table at an endpoint of its own, or named by an ARN, need not be one of the caller's account. */
function tableOf(
  name: string,
  endpoint: Copy['state']['writes']['tableEndpoint'],
  gap: PlaceContext['gap'],
): Fact<string> {
  if ('open' in endpoint) return gap({ cause: 'backend-incomplete', detail: endpoint.open });
  if (endpoint.known !== null)
    return gap({ cause: 'undecided', detail: `the code asks for table ${name} at ${endpoint.known}` });
  if (!name.startsWith('arn:')) return known(name);
  return gap({ cause: 'undecided', detail: `table ${name} is named by its ARN, and its own policy is not read` });
}
