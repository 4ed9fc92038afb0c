import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { defaultPolicy, policyOfS3 } from './policies.ts';

/** KMS `KeyState`, the states in which a key of KMS's own store can be. */
export type KeyState =
  | 'Creating'
  | 'Enabled'
  | 'Disabled'
  | 'PendingDeletion'
  | 'PendingImport'
  | 'PendingReplicaDeletion'
  | 'Unavailable'
  | 'Updating';

/** Where a key is and whose it is; key ids and aliases mean something only there. */
export interface KeyPlace {
  readonly region: string;
  readonly account: string;
}

/** A KMS key, as far as `DescribeKey` tells of it. */
export interface KmsKey extends KeyPlace {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly multiRegion: boolean;
  state: KeyState;
  deletionDate?: Date;
  /** The key policy named `default`, as JSON text. */
  policy: string;
}

/** A key to begin with. */
export interface NewKey extends KeyPlace {
  /** A UUID, or `mrk-` and 32 hex digits for a multi-Region key, when left out. */
  readonly id?: string;
  /** For example `alias/states`. */
  readonly alias?: string;
  /** `Enabled` when left out. */
  readonly state?: KeyState;
  /** `CUSTOMER` when left out. */
  readonly manager?: 'AWS' | 'CUSTOMER';
  /** Keys of one account with the same id in several regions are one multi-Region key; the first is the primary. */
  readonly multiRegion?: boolean;
  /** When a key that is `PendingDeletion` will be gone; 30 days from now when left out. */
  readonly deletionDate?: Date;
  /** The key policy as JSON text; the one that leaves everything to the account's IAM when left out. */
  readonly policy?: string;
}

const S3_ALIAS = 'alias/aws/s3';

/** The ARN of what a caller in that place calls a key id, an alias name or an ARN (KMS "Key identifiers"). */
export function arnOf(reference: string, { region, account }: KeyPlace): string {
  if (reference.startsWith('arn:')) return reference;
  const resource = reference.startsWith('alias/') ? reference : `key/${reference}`;
  return `arn:aws:kms:${region}:${account}:${resource}`;
}

/** The region and account in a key ARN or alias ARN; nothing when it is neither. */
export function placeOf(arn: string): KeyPlace | undefined {
  const [, region, account] = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):(?:key|alias)\/.+$/.exec(arn) ?? [];
  return region === undefined || account === undefined ? undefined : { region, account };
}

/** KMS of all accounts and regions. */
export class KmsStore {
  readonly #keys = new Map<string, KmsKey>();
  readonly #aliases = new Map<string, KmsKey>();

  add(options: NewKey, now: Date): KmsKey {
    const { region, account, state = 'Enabled', manager = 'CUSTOMER', multiRegion = false } = options;
    const id = options.id ?? (multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID());
    const arn = arnOf(id, { region, account });
    if (this.#keys.has(arn)) throw new Error(`key ${arn} exists already`);
    const policy = manager === 'AWS' ? policyOfS3({ region, account }) : defaultPolicy(account);
    const key: KmsKey = { id, arn, region, account, created: now, manager, multiRegion, state, policy };
    this.#keys.set(arn, key);
    if (options.alias !== undefined) this.#aliases.set(arnOf(options.alias, key), key);
    change(key, options, now);
    return key;
  }

  /** The key that an ARN names, by itself or by an alias; `alias/aws/s3` makes its key (KMS `DescribeKey`, "predefined alias"). */
  find(arn: string, now: Date): KmsKey | undefined {
    const place = arn.endsWith(`:${S3_ALIAS}`) ? placeOf(arn) : undefined;
    return place === undefined ? (this.#keys.get(arn) ?? this.#aliases.get(arn)) : this.forS3(place, now);
  }

  /** The key that S3 uses for `aws:kms` where nobody names one. */
  forS3(place: KeyPlace, now: Date): KmsKey {
    const { region, account } = place;
    const id = uuidOf(`${region}/${account}/${S3_ALIAS}`);
    const existing = this.#aliases.get(arnOf(S3_ALIAS, place));
    return existing ?? this.add({ region, account, id, alias: S3_ALIAS, manager: 'AWS' }, now);
  }

  /** The keys of one multi-Region key, the primary first. */
  family({ id, account }: KmsKey): readonly KmsKey[] {
    return [...this.#keys.values()].filter((key) => key.id === id && key.account === account);
  }

  /** Whether a test made keys there, so that one that was not made does not exist. */
  isKept({ region, account }: KeyPlace): boolean {
    return [...this.#keys.values()].some(
      (key) => key.region === region && key.account === account && key.manager === 'CUSTOMER',
    );
  }
}

/** What of a key can change. */
export type KeyChanges = Pick<NewKey, 'state' | 'deletionDate' | 'policy'>;

/** Changes the policy or the state of a key; a date of deletion belongs to `PendingDeletion` alone (KMS `KeyMetadata`). */
export function change(key: KmsKey, changes: KeyChanges, now: Date): void {
  key.policy = changes.policy ?? key.policy;
  key.state = changes.state ?? key.state;
  const date = changes.deletionDate ?? key.deletionDate ?? new Date(now.getTime() + 30 * 86_400_000);
  if (key.state === 'PendingDeletion') key.deletionDate = date;
  else delete key.deletionDate;
}

function uuidOf(seed: string): string {
  const hex = createHash('sha1').update(seed).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}
