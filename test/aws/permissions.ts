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

/** Access to a bucket for another account, as a bucket policy would give it. */
export interface Grant {
  readonly account: string;
  readonly bucket: string;
  /** IAM actions; every action when left out. */
  readonly actions?: readonly string[];
}

/** Takes back a denial or a grant. */
export type Undo = () => void;

function matches(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(value);
}

function known(action: string): string {
  if (isAction(action)) return action;
  throw new Error(`${action} is not an IAM action that the stand-in checks, so denying or granting it proves nothing`);
}

/**
 * Authorization without policies: within an account everything is allowed except what a test denies; another account's
 * bucket is closed except where a test grants it (IAM "Policy evaluation logic", explicit deny first).
 */
export class Permissions {
  readonly #denials = new Set<Denial>();
  readonly #grants = new Set<Grant>();

  deny(denial: Denial): Undo {
    known(denial.action);
    if (denial.resource !== undefined && !denial.resource.startsWith('arn:')) {
      throw new Error(`${denial.resource} is not an ARN, so the denial would never match`);
    }
    this.#denials.add(denial);
    return () => {
      this.#denials.delete(denial);
    };
  }

  grant(grant: Grant): Undo {
    for (const action of grant.actions ?? []) known(action);
    this.#grants.add(grant);
    return () => {
      this.#grants.delete(grant);
    };
  }

  isDenied({ caller, action, resource }: Attempt): boolean {
    for (const denial of this.#denials) {
      if (denial.action !== action) continue;
      if (denial.account !== undefined && denial.account !== caller.account) continue;
      if (denial.resource === undefined || matches(denial.resource, resource)) return true;
    }
    return false;
  }

  isGranted(bucket: string, { caller, action }: Attempt): boolean {
    for (const grant of this.#grants) {
      if (grant.bucket !== bucket || grant.account !== caller.account) continue;
      if (grant.actions === undefined || grant.actions.includes(action)) return true;
    }
    return false;
  }
}

/** The sentence of an AccessDenied (IAM "Troubleshoot access denied error messages"). */
export function deniedMessage({ caller, action, resource }: Attempt, why: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
