import pLimit from 'p-limit';
import pThrottle from 'p-throttle';
import type { Operation, Service } from './operations/operation.ts';
import { type InputOf, type OperationName, type OutputOf, operations } from './operations.ts';
import type { Observed, Outcome, Where } from './reply.ts';
import type { Exchanged, Session } from './session.ts';

/** The waist: the only way to ask AWS anything. */
export type Read = <N extends OperationName>(name: N, input: InputOf<N>, where: Where) => Promise<Outcome<OutputOf<N>>>;

/** Limits of the waist. */
export interface Pace {
  /** Calls in flight per service and identity. */
  readonly concurrency: number;
  /** Calls started per second, per service and identity. */
  readonly maxRate: number;
}

// IAM publishes no limits and throttles early; more than a few calls at once only makes it slower.
const iamConcurrency = 4;
const maxPages = 1_000;

/** Makes the waist over a session: coalesces equal calls, keeps the pace, joins pages. */
export function createRead(session: Session, pace: Pace): Read {
  const answered = new Map<string, Promise<Exchanged>>();
  const lanes = new Map<string, <T>(task: () => Promise<T>) => Promise<T>>();

  const lane = (service: Service, as: string) => {
    const key = `${service} ${as}`;
    const existing = lanes.get(key);
    if (existing) return existing;
    const made = createLane(
      service === 'iam' ? Math.min(iamConcurrency, pace.concurrency) : pace.concurrency,
      pace.maxRate,
    );
    lanes.set(key, made);
    return made;
  };

  const exchangeOnce = (name: OperationName, input: object, where: Where & { as: string }) => {
    const key = session.keyOf(name, input, where);
    const existing = answered.get(key);
    if (existing) return existing;
    const ask = () => session.exchange(name, input, where);
    const asked = session.live ? lane(operations[name].service, where.as)(ask) : ask();
    answered.set(key, asked);
    return asked;
  };

  return async <N extends OperationName>(name: N, input: InputOf<N>, where: Where) => {
    const operation = operations[name] as unknown as Operation<Service, object, OutputOf<N>>;
    const identity = await session.identify(operation.service, where.account);
    if ('unread' in identity) return { result: identity, observed: [] };
    const pages: OutputOf<N>[] = [];
    const observed: Observed[] = [];
    let page: object | null = input as object;
    while (page) {
      const { result, observation } = await exchangeOnce(name, page, { ...where, as: identity.as });
      observed.push(...observation);
      if ('unread' in result || result.reply.kind !== 'answer')
        return { result: result as Outcome<OutputOf<N>>['result'], observed };
      const output = result.reply.pages[0] as OutputOf<N>;
      pages.push(output);
      const next: object | null = operation.next(page, output);
      if (next && (pages.length >= maxPages || JSON.stringify(next) === JSON.stringify(page))) {
        const detail = `the list does not end after ${pages.length} pages`;
        return { result: { unread: { cause: 'unexpected-answer', detail, call: name } }, observed };
      }
      page = next;
    }
    const [first, ...rest] = pages;
    if (first === undefined) throw new Error(`no page of ${name}`);
    return { result: { reply: { kind: 'answer', pages: [first, ...rest] } }, observed };
  };
}

function createLane(concurrency: number, maxRate: number) {
  const limit = pLimit(concurrency);
  const throttle = pThrottle({ limit: maxRate, interval: 1_000 });
  const paced = throttle((task: () => Promise<unknown>) => task());
  return <T>(task: () => Promise<T>): Promise<T> => limit(() => paced(task) as Promise<T>);
}
