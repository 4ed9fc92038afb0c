import pLimit from 'p-limit';
import pThrottle from 'p-throttle';
import type { Service } from './operations/operation.ts';

/** Limits of the waist, per service and identity. */
export interface Pace {
  /** Calls in flight. */
  readonly concurrency: number;
  /** Calls started per second. */
  readonly maxRate: number;
}

/** Runs a task when its service and identity have room for it. */
export type Paced = <T>(service: Service, as: string, task: () => Promise<T>) => Promise<T>;

// IAM publishes no limits and throttles early; more than a few calls at once only makes it slower.
const iamConcurrency = 4;

/** Keeps the pace: one queue per service and identity. */
export function keepPace({ concurrency, maxRate }: Pace): Paced {
  const lanes = new Map<string, (task: () => Promise<unknown>) => Promise<unknown>>();
  return <T>(service: Service, as: string, task: () => Promise<T>) => {
    const key = `${service} ${as}`;
    const lane =
      lanes.get(key) ?? createLane(service === 'iam' ? Math.min(iamConcurrency, concurrency) : concurrency, maxRate);
    lanes.set(key, lane);
    return lane(task) as Promise<T>;
  };
}

function createLane(concurrency: number, maxRate: number): (task: () => Promise<unknown>) => Promise<unknown> {
  const limit = pLimit(concurrency);
  const throttled = pThrottle({ limit: maxRate, interval: 1_000 })((task: () => Promise<unknown>) => task());
  return (task) => limit(() => throttled(task));
}

/** For a replay: nothing is sent, so nothing waits. */
export const unpaced: Paced = (_service, _as, task) => task();
