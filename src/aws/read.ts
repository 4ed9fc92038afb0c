import type { Accounts } from './accounts.ts';
import { questionKey } from './evidence/exchange.ts';
import type { Operation, Service } from './operations/operation.ts';
import { type InputOf, type OperationName, type OutputOf, operations } from './operations.ts';
import type { Paced } from './pace.ts';
import type { Observed, Outcome, Where } from './reply.ts';
import { type Destination, type Exchanged, questionOf, type Wire } from './wire.ts';

/** The waist: the only way to ask AWS anything. */
export type Read = <N extends OperationName>(name: N, input: InputOf<N>, where: Where) => Promise<Outcome<OutputOf<N>>>;

type Exchange = (name: OperationName, input: object, where: Destination) => Promise<Exchanged>;

// A list that is longer than this does not end: some stores repeat a page for ever.
const maxPages = 1_000;

/** Makes the waist: finds out as whom to ask, coalesces equal calls, keeps the pace, joins pages. */
export function createRead({ wire, accounts, paced }: { wire: Wire; accounts: Accounts; paced: Paced }): Read {
  const exchange = coalesced((name, input, where) =>
    paced(operations[name].service, where.as, async () =>
      withoutSecrets(name, await wire.exchange(name, input, where)),
    ),
  );
  return async <N extends OperationName>(name: N, input: InputOf<N>, where: Where): Promise<Outcome<OutputOf<N>>> => {
    const identity = await accounts.identify(operations[name].service, where);
    if ('unread' in identity) return { result: identity, observed: [] };
    return allPages(name, input, (page) => exchange(name, page, { ...where, as: identity.as }));
  };
}

/** An answer of which only the status is recorded holds credentials: nobody who reads sees them, and no memo keeps them. */
function withoutSecrets(name: OperationName, exchanged: Exchanged): Exchanged {
  const { result } = exchanged;
  if (operations[name].records !== 'status' || !('reply' in result) || result.reply.kind !== 'answer') return exchanged;
  return { ...exchanged, result: { reply: { ...result.reply, pages: [{}] } } };
}

/** Equal questions are asked once, however many facts rest on the answer. */
function coalesced(exchange: Exchange): Exchange {
  const asked = new Map<string, Promise<Exchanged>>();
  return (name, input, where) => {
    const key = questionKey(questionOf(name, input, where));
    const answer = asked.get(key) ?? exchange(name, input, where);
    asked.set(key, answer);
    return answer;
  };
}

async function allPages<N extends OperationName>(
  name: N,
  input: InputOf<N>,
  exchange: (page: object) => Promise<Exchanged>,
): Promise<Outcome<OutputOf<N>>> {
  // The table's rows differ in their input types; a row is only ever called with inputs of its own.
  const operation = operations[name] as unknown as Operation<Service, object, OutputOf<N>>;
  const pages: OutputOf<N>[] = [];
  const observed: Observed[] = [];
  let headers: Readonly<Record<string, string>> | null = null;
  for (let page: object | null = input as object; page; ) {
    const { result, observation } = await exchange(page);
    observed.push(...observation);
    if ('unread' in result) return { result, observed };
    if (result.reply.kind !== 'answer') return { result: { reply: result.reply }, observed };
    const output = result.reply.pages[0] as OutputOf<N>;
    pages.push(output);
    headers ??= result.reply.headers;
    const next: object | null = operation.next(page, output);
    if (next && (pages.length >= maxPages || JSON.stringify(next) === JSON.stringify(page))) {
      const detail = `the list does not end after ${pages.length} pages`;
      return { result: { unread: { cause: 'unexpected-answer', detail, call: name } }, observed };
    }
    page = next;
  }
  const [first, ...rest] = pages;
  if (first === undefined) throw new Error(`no page of ${name}`);
  return { result: { reply: { kind: 'answer', pages: [first, ...rest], headers: headers ?? {} } }, observed };
}
