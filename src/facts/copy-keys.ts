import { type Fact, isKnown, known } from '../model/fact.ts';
import { all } from '../model/logic.ts';
import type { ObjectStatus } from '../model/object.ts';
import type { CopyKeys, KeyUse } from '../model/storage.ts';
import type { Copy, Replica } from '../model/subject.ts';
import { isKms, kmsKeyName } from '../s3/kms-key-name.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied } from './state.ts';

/** The key of the object that is there, and at a replica the key with which the rule has copies encrypted. */
const keys = resolve({
  fact: 'copy.keys',
  asks: ['bucket.location', 'object.status', 'kmsKey.description'],
  calls: [],
  async run(copy, context) {
    const here = await context.ask('object.status', copy.object);
    if (!isKnown(here)) return here;
    if (here.known.kind === 'no-bucket') return known({ kind: 'nothing-there' });
    const rule = await keyOfRule(copy, here.known, context);
    if (!isKnown(rule)) return rule;
    const object = encryptionOf(here.known);
    const names: Name[] = [
      ...(object?.kms ? [{ use: 'object', key: object.key } as const] : []),
      ...(rule.known === null ? [] : [{ use: 'rule', key: rule.known } as const]),
    ];
    if (names.length > 0) return described(copy, names, context);
    return known(object ? { kind: 'not-kms', encryption: object.name } : { kind: 'nothing-there' });
  },
});

type Asks = 'bucket.location' | 'object.status' | 'kmsKey.description';
type KeysContext = Pick<Context<Asks, never>, 'ask' | 'gap'>;

interface Name {
  readonly use: KeyUse['use'];
  readonly key: string | null;
}

/** How a current object is encrypted; null where nothing is current. */
function encryptionOf(status: ObjectStatus) {
  if (status.kind !== 'present') return null;
  const { encryption, keyId } = status;
  return { kms: isKms(encryption), key: keyId, name: encryption ?? 'none' };
}

/**
 * The key that the rule names, if it is used: S3 encrypts copies of KMS objects with it, and of no others
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html). Where nothing is at the state's
 * own place, or it cannot be read, the copy itself tells how the state was encrypted.
 */
async function keyOfRule(
  { replica, state }: Copy,
  here: ObjectStatus,
  { ask, gap }: KeysContext,
): Promise<Fact<Replica['ruleKey']>> {
  const absent = here.kind !== 'present';
  const never = () => gap(neverApplied(state.bucket.name, state.object.key));
  if (!replica) return here.kind === 'never-written' ? never() : known(null);
  if (replica.ruleKey === null && !absent) return known(null);
  const source = await ask('object.status', state.object);
  if (absent && isKnown(source) && source.known.kind === 'never-written') return never();
  if (replica.ruleKey === null) return known(null);
  const told = (isKnown(source) ? encryptionOf(source.known) : null) ?? encryptionOf(here);
  if (told) return known(told.kms ? replica.ruleKey : null);
  return isKnown(source) ? known(replica.ruleKey) : source;
}

/** What KMS says of each key. Of a store that is not AWS, KMS knows none. */
async function described({ bucket }: Copy, names: readonly Name[], { ask, gap }: KeysContext): Promise<Fact<CopyKeys>> {
  const location = await ask('bucket.location', bucket);
  if (!isKnown(location)) return location;
  if (location.known.kind === 'absent') return known({ kind: 'nothing-there' });
  const { store, region: bucketRegion } = location.known;
  if (store !== 'aws') {
    const detail = `the store is not AWS, and KMS does not know the key ${names[0]?.key ?? ''} of ${bucket.name}`;
    return gap({ cause: 'not-implemented', detail });
  }
  if (bucketRegion === null) {
    return gap({ cause: 'undecided', detail: `S3 does not say in which region ${bucket.name} is` });
  }
  const uses = await Promise.all(names.map((name) => useOf(name, bucketRegion, { ask, gap })));
  const joined = all(uses);
  if (!isKnown(joined)) return joined;
  const [first, ...rest] = joined.known;
  if (!first) throw new Error('no key was named');
  return known({ kind: 'kms', bucketRegion, uses: [first, ...rest] });
}

async function useOf({ use, key }: Name, bucketRegion: string, { ask, gap }: KeysContext): Promise<Fact<KeyUse>> {
  const name = key === null ? null : kmsKeyName(key);
  if (key === null || name === null) {
    const detail = key === null ? 'S3 names KMS and no key' : `${key} is not the name of a KMS key`;
    return gap({ cause: 'unexpected-answer', detail });
  }
  const { account } = name;
  const region = name.region ?? bucketRegion;
  const description = await ask('kmsKey.description', { kind: 'kmsKey', id: key, region, account });
  return isKnown(description) ? known({ use, key, ...name, description: description.known }) : description;
}

/** The keys on which a copy of a state hangs. */
export const copyKeysResolvers = [keys];
