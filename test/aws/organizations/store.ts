import { createHash } from 'node:crypto';

/** The policy types that bind what an account may do (Organizations "Authorization policies"). */
export type PolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

/** A policy of an organization, or one of AWS that every organization has. */
export interface OrganizationPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly description: string;
  readonly type: PolicyType;
  readonly awsManaged: boolean;
  /** JSON text. */
  readonly content: string;
}

/** A root, an organizational unit or an account. */
export interface Node {
  readonly id: string;
  readonly arn: string;
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  /** Absent at the root. */
  readonly parent?: string;
  /** Ids of policies, in the order in which they were attached. */
  readonly attached: Set<string>;
}

const TYPES: readonly PolicyType[] = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'];

/** The policies that AWS attaches to everything of an enabled type (Organizations "SCP evaluation", "RCP evaluation"). */
const FULL: Record<PolicyType, OrganizationPolicy> = {
  SERVICE_CONTROL_POLICY: awsManaged('SERVICE_CONTROL_POLICY', 'FullAWSAccess', {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
  }),
  RESOURCE_CONTROL_POLICY: awsManaged('RESOURCE_CONTROL_POLICY', 'RCPFullAWSAccess', {
    Effect: 'Allow',
    Principal: '*',
    Action: '*',
    Resource: '*',
  }),
};

function awsManaged(type: PolicyType, name: string, statement: object): OrganizationPolicy {
  const id = `p-${name}`;
  const arn = `arn:aws:organizations::aws:policy/${type.toLowerCase()}/${id}`;
  const content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const description = type === 'SERVICE_CONTROL_POLICY' ? 'Allows access to every operation' : 'Allows all access';
  return { id, arn, name, description, type, awsManaged: true, content };
}

const hash = (seed: string, length: number): string => createHash('sha1').update(seed).digest('hex').slice(0, length);

/** One organization: a tree of units and accounts, and the policies on it. Ids are derived from names, so that runs agree. */
export class OrganizationStore {
  readonly id: string;
  readonly arn: string;
  readonly management: string;
  readonly root: string;
  readonly nodes = new Map<string, Node>();
  readonly policies = new Map<string, OrganizationPolicy>();
  /** Accounts that may ask what otherwise only the management account may. */
  readonly delegates = new Set<string>();
  readonly #enabled = new Set<PolicyType>();

  constructor(management: string) {
    this.management = management;
    this.id = `o-${hash(management, 10)}`;
    this.arn = this.#arnOf('organization', '');
    this.root = `r-${hash(management, 4)}`;
    for (const policy of Object.values(FULL)) this.policies.set(policy.id, policy);
    this.#add('ROOT', this.root);
    this.#add('ACCOUNT', management, this.root);
  }

  /** A unit below the root or another unit; gives its id. */
  addUnit(name: string, parent: string): string {
    const id = `ou-${this.root.slice(2)}-${hash(`${parent}/${name}`, 8)}`;
    return this.#add('ORGANIZATIONAL_UNIT', id, this.node(parent).id);
  }

  addAccount(account: string, parent: string): void {
    this.#add('ACCOUNT', account, this.node(parent).id);
  }

  /** Makes a policy of the organization's own; gives its id. */
  addPolicy({ name, type, content }: Pick<OrganizationPolicy, 'name' | 'type' | 'content'>): string {
    const id = `p-${hash(`${type}/${name}`, 8)}`;
    const arn = this.#arnOf('policy', `/${type.toLowerCase()}/${id}`);
    if (this.policies.has(id)) throw new Error(`there is a policy ${name} already`);
    this.policies.set(id, { id, arn, name, type, content, description: '', awsManaged: false });
    return id;
  }

  /** A root, unit or account that exists. */
  node(id: string): Node {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`${id} is not in the organization`);
    return node;
  }

  isEnabled(type: PolicyType): boolean {
    return this.#enabled.has(type);
  }

  /** Attaches AWS's own policy to everything, as enabling a type does. */
  enable(type: PolicyType): void {
    this.#enabled.add(type);
    for (const { attached } of this.nodes.values()) attached.add(FULL[type].id);
  }

  /** "All policies of the specified type are automatically detached from all entities" (Organizations "Disabling a policy type"). */
  disable(type: PolicyType): void {
    this.#enabled.delete(type);
    for (const { attached } of this.nodes.values()) {
      for (const id of attached) if (this.policies.get(id)?.type === type) attached.delete(id);
    }
  }

  #add(kind: Node['kind'], id: string, parent?: string): string {
    if (this.nodes.has(id)) throw new Error(`${id} is in the organization already`);
    const attached = new Set(TYPES.filter((type) => this.isEnabled(type)).map((type) => FULL[type].id));
    const type = { ROOT: 'root', ORGANIZATIONAL_UNIT: 'ou', ACCOUNT: 'account' }[kind];
    this.nodes.set(id, { id, arn: this.#arnOf(type, `/${id}`), kind, attached, ...(parent && { parent }) });
    return id;
  }

  #arnOf(type: string, rest: string): string {
    return `arn:aws:organizations::${this.management}:${type}/${this.id}${rest}`;
  }
}
