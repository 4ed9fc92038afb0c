import { uniqueId } from '../accounts.ts';

/** A tag of a role or user; groups have none (IAM "Tagging IAM resources"). */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A device of a user (IAM `MFADevice`). */
export interface MfaDevice {
  readonly serial: string;
  readonly kind: 'virtual' | 'security-key' | 'hardware';
  readonly enabled: Date;
  /** The one code that STS takes; any six digits when there is none. */
  readonly code: string | undefined;
}

/** What roles, users and groups have in common: inline and attached policies. */
export interface Holder {
  readonly kind: 'role' | 'user' | 'group';
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  readonly tags: readonly Tag[];
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
  readonly devices: MfaDevice[];
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

  /** The policies of the account, then those of AWS. */
  policies(): readonly Policy[] {
    return [...this.#policies.values(), ...AWS_MANAGED.values()];
  }

  addPolicy(policy: Policy): void {
    this.#policies.set(policy.arn, policy);
  }

  /** The common part of a new role, user or group. */
  holder(kind: Holder['kind'], given: Pick<Holder, 'name' | 'path' | 'created' | 'tags'>): Holder {
    const { name, path } = given;
    const id = uniqueId(kind === 'role' ? 'AROA' : kind === 'user' ? 'AIDA' : 'AGPA', `${this.account}/${name}`);
    const arn = `arn:aws:iam::${this.account}:${kind}${path}${name}`;
    return { kind, ...given, id, arn, inline: new Map(), attached: new Set() };
  }
}

// The few AWS managed policies that tests name; their documents are AWS's, but for excerpts that say so.
const AWS_MANAGED: ReadonlyMap<string, Policy> = new Map(
  [
    awsManaged('AdministratorAccess', { Effect: 'Allow', Action: '*', Resource: '*' }),
    // An excerpt: actions that matter to a state, of hundreds.
    awsManaged('ReadOnlyAccess', {
      Effect: 'Allow',
      Action: [
        'dynamodb:BatchGet*',
        'dynamodb:Describe*',
        'dynamodb:Get*',
        'dynamodb:List*',
        'dynamodb:Query',
        'dynamodb:Scan',
        'iam:Generate*',
        'iam:Get*',
        'iam:List*',
        'iam:Simulate*',
        'kms:Describe*',
        'kms:Get*',
        'kms:List*',
        'organizations:Describe*',
        'organizations:List*',
        's3:DescribeJob',
        's3:Get*',
        's3:List*',
      ],
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
