import type { Caller } from './accounts.ts';
import { isAction } from './operations.ts';

/** What a caller wants to do, as IAM's authorization sees it. */
export interface Attempt {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
}

/** A denial; without `account` it holds for everybody, without `resource` for every resource (`*` is a wildcard). */
export interface Denial {
  readonly action: string;
  readonly resource?: string;
  readonly account?: string;
}

/** Access of another account to a bucket with its objects, a key or a table, as the policy of that resource would give it. */
export type Grant = {
  readonly account: string;
  /** IAM actions; every action when left out. */
  readonly actions?: readonly string[];
} & (
  | { readonly bucket: string }
  /** The ARN of a KMS key or a DynamoDB table; `*` is a wildcard. */
  | { readonly resource: string }
);

/** All that the callers of an account may do. */
interface AllowList {
  readonly account: string;
  readonly actions: ReadonlySet<string>;
}

/** Takes back a denial, a grant or an allow-list. */
export type Undo = () => void;

/** Whether a value fits an IAM pattern, in which `*` stands for anything and `?` for one character (IAM "Resource"). */
export function matches(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(value);
}

function known(action: string): string {
  if (isAction(action)) return action;
  throw new Error(`${action} is not an IAM action that the stand-in checks, so denying or granting it proves nothing`);
}

function arn(resource: string, what: string): string {
  if (resource.startsWith('arn:')) return resource;
  throw new Error(`${resource} is not an ARN, so the ${what} would never match`);
}

function added<T>(set: Set<T>, entry: T): Undo {
  set.add(entry);
  return () => {
    set.delete(entry);
  };
}

/**
 * Authorization without policies: within an account everything is allowed except what a test denies or leaves out of an
 * allow-list; another account's bucket, key or table is closed except where a test grants it (IAM "Policy evaluation
 * logic", explicit deny first).
 */
export class Permissions {
  readonly #denials = new Set<Denial>();
  readonly #grants = new Set<Grant>();
  readonly #allowLists = new Set<AllowList>();

  deny(denial: Denial): Undo {
    known(denial.action);
    if (denial.resource !== undefined) arn(denial.resource, 'denial');
    return added(this.#denials, denial);
  }

  grant(grant: Grant): Undo {
    for (const action of grant.actions ?? []) known(action);
    if ('resource' in grant) arn(grant.resource, 'grant');
    return added(this.#grants, grant);
  }

  /** With several lists an action must be in each. */
  allowOnly(account: string, actions: readonly string[]): Undo {
    return added(this.#allowLists, { account, actions: new Set(actions.map(known)) });
  }

  /** Why the caller may not, as the end of the sentence that AWS says (`deniedMessage`); nothing when it may. */
  denial({ caller, action, resource }: Attempt): string | undefined {
    if (caller.isPowerless === true) return 'with an explicit deny in a session policy';
    for (const denial of this.#denials) {
      if (denial.action !== action) continue;
      if (denial.account !== undefined && denial.account !== caller.account) continue;
      if (denial.resource === undefined || matches(denial.resource, resource)) {
        return 'with an explicit deny in an identity-based policy';
      }
    }
    for (const { account, actions } of this.#allowLists) {
      if (account === caller.account && !actions.has(action)) {
        return `because no identity-based policy allows the ${action} action`;
      }
    }
    return undefined;
  }

  /** Whether the resource's own policy lets another account in; a bucket is asked for by its name. */
  isGranted(target: { readonly bucket: string } | { readonly resource: string }, { caller, action }: Attempt): boolean {
    for (const grant of this.#grants) {
      if (grant.account !== caller.account) continue;
      if (grant.actions !== undefined && !grant.actions.includes(action)) continue;
      if ('bucket' in grant && 'bucket' in target && grant.bucket === target.bucket) return true;
      if ('resource' in grant && 'resource' in target && matches(grant.resource, target.resource)) return true;
    }
    return false;
  }
}

/** The sentence of an AccessDenied (IAM "Troubleshoot access denied error messages"). */
export function deniedMessage({ caller, action, resource }: Attempt, why: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
