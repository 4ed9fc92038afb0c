import { uniqueId } from '../accounts.ts';

/** What roles, users and groups have in common: inline and attached policies. */
export interface Holder {
  readonly kind: 'role' | 'user' | 'group';
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  /** Inline policies, name to document. */
  readonly inline: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
  /** ARN of the permissions boundary; groups have none. */
  boundary?: string;
}

/** An IAM role. */
export interface Role extends Holder {
  readonly kind: 'role';
  trust: string;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  /** IAM `RoleLastUsed`, which IAM itself shows with a delay. */
  lastUsed?: { readonly at: Date; readonly region: string };
}

/** An IAM user. */
export interface User extends Holder {
  readonly kind: 'user';
}

/** An IAM group. */
export interface Group extends Holder {
  readonly kind: 'group';
  readonly members: Set<string>;
}

/** A managed policy with its versions (`v1`, `v2`, …). */
export interface Policy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  readonly versions: { readonly id: string; readonly document: string; readonly created: Date }[];
  defaultVersion: string;
}

/** IAM of one account. */
export class IamStore {
  readonly account: string;
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly #policies = new Map<string, Policy>();

  constructor(account: string) {
    this.account = account;
  }

  policy(arn: string): Policy | undefined {
    return this.#policies.get(arn) ?? AWS_MANAGED.get(arn);
  }

  addPolicy(policy: Policy): void {
    this.#policies.set(policy.arn, policy);
  }

  /** The common part of a new role, user or group. */
  holder(kind: Holder['kind'], { name, path, created }: { name: string; path: string; created: Date }): Holder {
    const id = uniqueId(kind === 'role' ? 'AROA' : kind === 'user' ? 'AIDA' : 'AGPA', `${this.account}/${name}`);
    const arn = `arn:aws:iam::${this.account}:${kind}${path}${name}`;
    return { kind, name, path, id, arn, created, inline: new Map(), attached: new Set() };
  }
}

// The few AWS managed policies that tests name; their documents are AWS's, the long ones shortened.
const AWS_MANAGED: ReadonlyMap<string, Policy> = new Map(
  [
    awsManaged('AdministratorAccess', { Effect: 'Allow', Action: '*', Resource: '*' }),
    awsManaged('ReadOnlyAccess', {
      Effect: 'Allow',
      Action: ['iam:Get*', 'iam:List*', 's3:Get*', 's3:List*'],
      Resource: '*',
    }),
  ].map((policy) => [policy.arn, policy]),
);

function awsManaged(name: string, statement: object): Policy {
  const created = new Date('2015-02-06T18:39:46Z');
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const arn = `arn:aws:iam::aws:policy/${name}`;
  const versions = [{ id: 'v1', document, created }];
  return { name, path: '/', id: uniqueId('ANPA', name), arn, created, versions, defaultVersion: 'v1' };
}
