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

const arnsOf = (named: readonly { readonly arn: string }[]): readonly string[] => named.map(({ arn }) => arn);

const backendRoles = ({ namedRoles }: Stack): readonly string[] =>
  'known' in namedRoles ? arnsOf(namedRoles.known.filter(({ use }) => use === 'state')) : [];

const breakGlassRoles = ({ breakGlass }: Stack): readonly string[] =>
  arnsOf(breakGlass.flatMap((entry) => (entry.kind === 'role' ? [entry] : [])));

/**
 * ARNs of those who open the state in an emergency, as far as they are named: the role of the backend, else the break-glass roles
 * and the people on call themselves. A deployment role says nothing: a provider block assumes it, not the backend.
 */
export function emergencyOpeners(stack: Stack): readonly string[] {
  const ofBackend = backendRoles(stack);
  return ofBackend.length > 0 ? ofBackend : [...breakGlassRoles(stack), ...arnsOf(stack.emergencyPrincipals)];
}

/**
 * ARNs of all who open the state in an emergency. Empty where there may be others: people on call without a role of the backend
 * or for the emergency may open it with a deployment role.
 */
export const openersOf = (stack: Stack): readonly string[] =>
  backendRoles(stack).length > 0 || breakGlassRoles(stack).length > 0 ? emergencyOpeners(stack) : [];

/** What is certainly wrong with a key for a bucket in a region; null when nothing is. */
function wrongWith(
  { region, account, description }: KeyUse,
  bucketRegion: string,
  openers: readonly string[],
): Pick<KeyFault, 'why' | 'detail'> | null {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: key and bucket are in the same Region.
  if (description.kind === 'not-asked' || (region !== null && region !== bucketRegion)) {
    return { why: 'misplaced', detail: `is in ${region ?? 'another region'}, and the bucket in ${bucketRegion}` };
  }
  if (description.kind === 'absent') {
    const where = region === null ? `account ${account} in ${bucketRegion}` : bucketRegion;
    return { why: 'gone', detail: `does not exist in ${where}` };
  }
  const { state, manager, deletionDate } = description;
  if (state === 'PendingDeletion') return { why: 'doomed', detail: `is to be deleted${when(deletionDate)}` };
  if (state === 'PendingReplicaDeletion') {
    return { why: 'doomed', detail: `is to be deleted as soon as its replica keys are${when(deletionDate)}` };
  }
  if (!usable.includes(state)) return { why: 'unusable', detail: `is ${state}` };
  const outside = openers.every((opener) => accountIn(opener) !== account);
  if (manager !== 'AWS' || openers.length === 0 || !outside) return null;
  return {
    why: 'foreign',
    detail: `is managed by AWS for account ${account}, and no other account can use it: ${openers.join(', ')}`,
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
