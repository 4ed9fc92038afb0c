import { parseArn } from '../iam/arn.ts';
import { type Fact, isKnown, known, unknown } from '../model/fact.ts';
import type { Gap } from '../model/gap.ts';
import { keyFaults, openersOf } from '../model/key-faults.ts';
import { gapsOf } from '../model/logic.ts';
import type { ObjectStatus } from '../model/object.ts';
import type { CopyKeys, KeyUse } from '../model/storage.ts';
import type { Copy, Replica, State } from '../model/subject.ts';
import { isKms, kmsKeyName } from '../s3/kms-key-name.ts';
import { type Context, resolve } from './resolver.ts';
import { neverApplied } from './state.ts';

const asks = ['bucket.location', 'bucket.replication', 'object.status', 'kmsKey.description'] as const;

/** The key of the object that is there, and at a replica the key with which the rule has copies encrypted. */
const keys = resolve({
  fact: 'copy.keys',
  asks,
  calls: [],
  async run(copy, context) {
    const here = await context.ask('object.status', copy.object);
    if (isKnown(here) && here.known.kind === 'no-bucket') return known({ kind: 'nothing-there' });
    const rule = await keyOfRule(copy, here, context);
    const object = isKnown(here) ? encryptionOf(here.known) : null;
    const names: Name[] = [
      ...(object?.kms ? [{ use: 'object', key: object.key } as const] : []),
      ...(isKnown(rule) && rule.known !== null ? [{ use: 'rule', key: rule.known } as const] : []),
    ];
    const unread = gapsOf([here, rule]);
    if (names.length > 0) return described(copy, names, { ...context, unread });
    const [first, ...rest] = unread;
    if (first) return unknown(first, ...rest);
    return known(object ? { kind: 'not-kms', encryption: object.name } : { kind: 'nothing-there' });
  },
});

type KeysContext = Pick<Context<(typeof asks)[number], never>, 'ask' | 'gap'>;

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
  here: Fact<ObjectStatus>,
  { ask, gap }: KeysContext,
): Promise<Fact<Replica['ruleKey']>> {
  const seen = isKnown(here) ? here.known : null;
  const absent = seen !== null && seen.kind !== 'present';
  const never = () => gap(neverApplied(state.bucket.name, state.object.key));
  if (!replica) return seen?.kind === 'never-written' ? never() : known(null);
  if (replica.ruleKey === null && !absent) return known(null);
  const source = await ask('object.status', state.object);
  if (absent && isKnown(source) && source.known.kind === 'never-written') return never();
  if (replica.ruleKey === null) return known(null);
  const told = (isKnown(source) ? encryptionOf(source.known) : null) ?? (seen && encryptionOf(seen));
  if (told) return known(told.kms ? replica.ruleKey : null);
  if (!isKnown(source)) return source;
  // A copy that could not be read might have told.
  return known(seen ? replica.ruleKey : null);
}

/** What KMS says of each key. Of a store that is not AWS, KMS knows none. One that is certainly at fault decides. */
async function described(
  copy: Copy,
  names: readonly Name[],
  context: KeysContext & { readonly unread: readonly Gap[] },
): Promise<Fact<CopyKeys>> {
  const { bucket, state } = copy;
  const { ask, gap } = context;
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
  const uses = await Promise.all(names.map((name) => useOf(name, { bucketRegion, state }, context)));
  const [first, ...rest] = uses.flatMap((use) => (isKnown(use) ? [use.known] : []));
  const [gapFound, ...gaps] = [...context.unread, ...gapsOf(uses)];
  const decides = first && keyFaults([first, ...rest], bucketRegion, openersOf(state.stack)).length > 0;
  if (gapFound && !decides) return unknown(gapFound, ...gaps);
  if (!first) throw new Error('no key was named');
  return known({ kind: 'kms', bucketRegion, uses: [first, ...rest] });
}

interface Place {
  readonly bucketRegion: string;
  readonly state: State;
}

async function useOf({ use, key }: Name, place: Place, context: KeysContext): Promise<Fact<KeyUse>> {
  const name = key === null ? null : kmsKeyName(key);
  if (key === null || name === null) {
    const detail = key === null ? 'S3 names KMS and no key' : `${key} is not the name of a KMS key`;
    return context.gap({ cause: 'unexpected-answer', detail });
  }
  const { bucketRegion, state } = place;
  if (name.region !== null && name.region !== bucketRegion) {
    return known({ use, key, ...name, description: { kind: 'not-asked' } });
  }
  const account = name.account === null && use === 'rule' ? await accountOfRole(state, context) : known(name.account);
  if (!isKnown(account)) return account;
  if (account.known === null) {
    const detail = `the name ${key} says no account, and no replication role does`;
    return context.gap({ cause: 'undecided', detail, resource: key });
  }
  const { region } = name;
  const subject = { kind: 'kmsKey', id: key, region: bucketRegion, account: account.known } as const;
  const description = await context.ask('kmsKey.description', subject);
  if (!isKnown(description)) return description;
  return known({ use, key, region, account: account.known, description: description.known });
}

/** S3 asks KMS with the rights of the role in the replication configuration, which is where a bare name means something. */
async function accountOfRole({ bucket }: State, { ask }: KeysContext): Promise<Fact<string | null>> {
  const configuration = await ask('bucket.replication', bucket);
  if (!isKnown(configuration)) return configuration;
  const { role } = configuration.known;
  return known(role === null ? null : (parseArn(role)?.account ?? null));
}

/** The keys on which a copy of a state hangs. */
export const copyKeysResolvers = [keys];
