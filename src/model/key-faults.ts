import type { KeyUse } from './storage.ts';
import type { Stack } from './subject.ts';

/** Why a state that hangs on a KMS key is lost with it, or will be. */
export interface KeyFault {
  readonly why: 'doomed' | 'gone' | 'unusable' | 'misplaced' | 'foreign';
  /** What `aws kms` takes for the key. */
  readonly key: string;
  /** One clause for people: `key K (of the object) is Disabled`. */
  readonly detail: string;
}

const spoken: Readonly<Record<KeyUse['use'], string>> = { object: 'of the object', rule: 'for copies to come' };

const nameOf = ({ key, description }: KeyUse): string => (description.kind === 'found' ? description.arn : key);

/** Uses of the same key, however it is named, under the name of the key itself: `key K (of the object, for copies to come)`. */
export function keysIn(uses: readonly KeyUse[]): readonly { readonly use: KeyUse; readonly text: string }[] {
  const first = new Map([...uses].reverse().map((use) => [nameOf(use), use]));
  return [...first].reverse().map(([name, use]) => {
    const all = uses.filter((other) => nameOf(other) === name).map((other) => spoken[other.use]);
    return { use, text: `key ${name} (${all.join(', ')})` };
  });
}

// KMS lets a key be used while its primary Region is being moved: UpdatePrimaryRegion, "Key states".
const usable: readonly string[] = ['Enabled', 'Updating'];

const accountIn = (arn: string): string | undefined => arn.split(':')[4];

/**
 * Who opens the state in an emergency: the role that the backend names, else the break-glass roles and the people on call
 * themselves. A deployment role says nothing: a provider block assumes it, and somebody else's rights open the state.
 */
export function openersOf(stack: Stack): readonly string[] {
  const named = 'known' in stack.namedRoles ? stack.namedRoles.known : [];
  const ofBackend = named.filter(({ use }) => use === 'state').map(({ arn }) => arn);
  const breakGlass = stack.breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry.arn] : []));
  if (ofBackend.length > 0 || breakGlass.length === 0) return ofBackend;
  return [...breakGlass, ...stack.emergencyPrincipals.map(({ arn }) => arn)];
}

/** What is certainly wrong with a key for a bucket in a region; null when nothing is. */
function wrongWith(
  { region, account, key, description }: KeyUse,
  bucketRegion: string,
  openers: readonly string[],
): Pick<KeyFault, 'why' | 'detail'> | null {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: key and bucket are in the same Region.
  if (region !== null && region !== bucketRegion) {
    return { why: 'misplaced', detail: `is in ${region}, and the bucket in ${bucketRegion}` };
  }
  if (description.kind === 'absent') return { why: 'gone', detail: `does not exist in ${bucketRegion}` };
  const { state, manager, deletionDate, arn } = description;
  if (state === 'PendingDeletion') return { why: 'doomed', detail: `is to be deleted${when(deletionDate)}` };
  if (state === 'PendingReplicaDeletion') {
    return { why: 'doomed', detail: `is to be deleted as soon as its replica keys are${when(deletionDate)}` };
  }
  if (!usable.includes(state)) return { why: 'unusable', detail: `is ${state}` };
  const owner = account ?? accountIn(arn) ?? key;
  const outside = openers.every((opener) => accountIn(opener) !== owner);
  if (manager !== 'AWS' || openers.length === 0 || !outside) return null;
  return {
    why: 'foreign',
    detail: `is managed by AWS for account ${owner}, and no other account can use it: ${openers.join(', ')}`,
  };
}

const when = (date: string | null): string => (date === null ? '' : ` on ${date}`);

/** Everything that is wrong with the keys of one copy, each key once. */
export const keyFaults = (
  uses: readonly KeyUse[],
  bucketRegion: string,
  openers: readonly string[],
): readonly KeyFault[] =>
  keysIn(uses).flatMap(({ use, text }) => {
    const wrong = wrongWith(use, bucketRegion, openers);
    return wrong ? [{ why: wrong.why, key: nameOf(use), detail: `${text} ${wrong.detail}` }] : [];
  });
