import type { Caller } from './accounts.ts';
import { Accounts } from './accounts.ts';
import type { Table } from './dynamodb/store.ts';
import type { AwsRequest } from './http.ts';
import { IamStore } from './iam/store.ts';
import { KmsStore } from './kms/store.ts';
import type { OrganizationStore } from './organizations/store.ts';
import { Permissions } from './permissions.ts';
import type { Pending } from './s3/replication.ts';
import type { Bucket } from './s3/store.ts';
import { type AwsSettings, defaultSettings } from './settings.ts';

/** Everything that the stand-in remembers; one per `startAws`, so that tests share nothing. */
export interface World {
  readonly settings: AwsSettings;
  readonly accounts: Accounts;
  readonly permissions: Permissions;
  /** Bucket names are global in a partition (S3 "Bucket naming rules"). */
  readonly buckets: Map<string, Bucket>;
  /** Copies that have not been made yet, oldest first. */
  readonly pending: Pending[];
  /** IAM is kept per account and knows no region. */
  readonly iam: (account: string) => IamStore;
  readonly kms: KmsStore;
  /** DynamoDB tables of all accounts and regions, by their ARNs. */
  readonly tables: Map<string, Table>;
  readonly organizations: OrganizationStore[];
  readonly nextSequence: () => number;
}

/** A request whose caller is known. */
export interface Call {
  readonly world: World;
  readonly request: AwsRequest;
  readonly caller: Caller;
}

/** An empty partition of AWS. */
export function createWorld(settings: Partial<AwsSettings>): World {
  const stores = new Map<string, IamStore>();
  let sequence = 0;
  return {
    settings: { ...defaultSettings(), ...settings },
    accounts: new Accounts(),
    permissions: new Permissions(),
    buckets: new Map(),
    pending: [],
    iam: (account) => {
      const store = stores.get(account) ?? new IamStore(account);
      stores.set(account, store);
      return store;
    },
    kms: new KmsStore(),
    tables: new Map(),
    organizations: [],
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
  };
}
