import type { Endpoint } from '../model/backend.ts';
import type { Unread } from '../model/gap.ts';

/** Where a question goes. */
export interface Where {
  readonly region: string;
  /** Null for AWS's own endpoints. */
  readonly endpoint: Endpoint | null;
  /** The account that owns what is asked about; null when it is not known. */
  readonly account: string | null;
}

/** What AWS answered. A 404 that means "not there" or "not configured" is an answer, and so is a refusal that tells the region. */
export type Reply<Output> =
  | {
      readonly kind: 'answer';
      readonly pages: readonly [Output, ...Output[]];
      /** Of the first page, as far as evidence keeps them. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'absent'; readonly headers: Readonly<Record<string, string>> }
  /** Not answered, but told where the bucket is: redirected there, or forbidden. */
  | {
      readonly kind: 'refused';
      readonly region: string;
      readonly redirected: boolean;
      readonly headers: Readonly<Record<string, string>>;
    };

/** One call as the report shows it; ids are given when the report is made. */
export interface Observed {
  readonly key: string;
  readonly call: string;
  readonly resource: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly at: string;
  readonly answer: string;
}

/** A reply, or why there is none, with the calls that were made for it. */
export interface Outcome<Output> {
  readonly result: { readonly reply: Reply<Output> } | { readonly unread: Unread };
  readonly observed: readonly Observed[];
}
