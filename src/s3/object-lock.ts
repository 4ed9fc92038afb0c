import type { ObjectLock } from '../model/storage.ts';

/** `ObjectLockConfiguration` as `GetObjectLockConfiguration` returns it. */
export interface RawObjectLock {
  readonly ObjectLockEnabled?: string | undefined;
  readonly Rule?:
    | {
        readonly DefaultRetention?:
          | {
              readonly Mode?: string | undefined;
              readonly Days?: number | undefined;
              readonly Years?: number | undefined;
            }
          | undefined;
      }
    | undefined;
}

const modes = ['GOVERNANCE', 'COMPLIANCE'] as const;

// A leap day more is no promise that anybody can rely on.
const daysOfYear = 365;

const positive = (period: number | undefined): number | null =>
  period !== undefined && Number.isSafeInteger(period) && period > 0 ? period : null;

/**
 * Reads an Object Lock configuration; without a default retention, only versions that somebody locks one by one are kept.
 * The period is in days or in years, not in both; stores that are made from the API's model answer 0 for the other
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html).
 */
export function objectLockOf(raw: RawObjectLock | undefined): ObjectLock | { readonly damaged: string } {
  if (raw?.ObjectLockEnabled !== 'Enabled') return { damaged: `Object Lock ${raw?.ObjectLockEnabled}` };
  const retention = raw.Rule?.DefaultRetention;
  if (!raw.Rule) return { kind: 'on', retention: null };
  const mode = modes.find((one) => one === retention?.Mode);
  if (!mode) return { damaged: `a default retention of mode ${retention?.Mode}` };
  const [days, years] = [positive(retention?.Days), positive(retention?.Years)];
  if (days !== null && years !== null) return { damaged: `a default retention of ${days} days and ${years} years` };
  const total = days ?? (years === null ? null : years * daysOfYear);
  return total === null
    ? { damaged: 'a default retention without a period' }
    : { kind: 'on', retention: { mode, days: total } };
}
