import type { World } from '../world.ts';
import { OrganizationStore, type PolicyType } from './store.ts';

/** An organization to begin with. */
export interface NewOrganization {
  /** The management account. */
  readonly management: string;
  /** The policy types that are on; SCPs and RCPs when left out. */
  readonly enabled?: readonly PolicyType[];
}

/** A policy of an organization's own. */
export interface NewOrganizationPolicy {
  readonly name: string;
  /** An SCP when left out. */
  readonly type?: PolicyType;
  /** The policy document, as JSON text or as what it says. */
  readonly content: string | object;
  /** Ids of roots, units or accounts to which it is attached at once. */
  readonly targets?: readonly string[];
}

/** What a test may do to an organization. Targets are the id of the root or of a unit, or an account. */
export interface OrganizationControls {
  readonly id: string;
  /** The id of the root. */
  readonly root: string;
  /** Makes an organizational unit, below the root unless a parent is named; gives its id. */
  addUnit(name: string, parent?: string): string;
  /** Takes an account in, below the root unless a parent is named. */
  addAccount(account: string, parent?: string): void;
  /** Makes a policy and gives its id. */
  addPolicy(policy: NewOrganizationPolicy): string;
  attach(policy: string, target: string): void;
  /** `p-FullAWSAccess` can be detached as well; AWS does not let go of `p-RCPFullAWSAccess`. */
  detach(policy: string, target: string): void;
  /** Makes a member account a delegated administrator. */
  delegate(account: string): void;
  enable(type: PolicyType): void;
  disable(type: PolicyType): void;
}

/** Makes an organization without a request; an account is in one at most. */
export function addOrganization(world: World, { management, enabled }: NewOrganization): OrganizationControls {
  const notIn = (account: string): string => {
    if (!/^\d{12}$/.test(account)) throw new Error(`${account} is not an account id of twelve digits`);
    if (!world.organizations.some(({ nodes }) => nodes.has(account))) return account;
    throw new Error(`${account} is in an organization already`);
  };
  const store = new OrganizationStore(notIn(management));
  world.organizations.push(store);
  for (const type of enabled ?? (['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const)) store.enable(type);
  return {
    id: store.id,
    root: store.root,
    addUnit: (name, parent = store.root) => store.addUnit(name, parent),
    addAccount: (account, parent = store.root) => store.addAccount(notIn(account), parent),
    addPolicy: ({ name, type = 'SERVICE_CONTROL_POLICY', content, targets = [] }) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      const policy = store.addPolicy({ name, type, content: text });
      for (const target of targets) attach(store, policy, target);
      return policy;
    },
    attach: (policy, target) => attach(store, policy, target),
    detach: (policy, target) => detach(store, policy, target),
    delegate: (account) => {
      store.delegates.add(store.node(account).id);
    },
    enable: (type) => store.enable(type),
    disable: (type) => store.disable(type),
  };
}

function attach(store: OrganizationStore, id: string, target: string): void {
  const policy = store.policies.get(id);
  if (policy === undefined) throw new Error(`there is no policy ${id}`);
  if (!store.isEnabled(policy.type)) throw new Error(`${policy.type} is not enabled in the organization`);
  store.node(target).attached.add(id);
}

function detach(store: OrganizationStore, id: string, target: string): void {
  if (id === 'p-RCPFullAWSAccess') throw new Error(`${id} cannot be detached`);
  if (!store.node(target).attached.delete(id)) throw new Error(`${id} is not attached to ${target}`);
}
