import { type Environment, isWithheld } from '../../model/effects.ts';
import { withoutSecretArguments } from './arguments.ts';
import { type Exchange, questionKey } from './exchange.ts';

/** What the audit knows of AWS: growing while it is asked, or complete when it is replayed. */
export interface Evidence {
  readonly source: 'live' | 'replay';
  /** RFC 3339; the only clock that rules see. */
  readonly asOf: string;
  readonly environment: Environment;
  /** What of the environment has been looked at: a replay needs nothing else of it. */
  readonly consulted: () => Readonly<Record<string, string>>;
  find(key: string): Exchange | undefined;
  record(exchange: Exchange): void;
  /** All exchanges, sorted by key: the order in a file. */
  exchanges(): readonly Exchange[];
}

/** Evidence that starts with the given exchanges. */
export function createEvidence(
  origin: Pick<Evidence, 'source' | 'asOf' | 'environment'>,
  recorded: readonly Exchange[] = [],
): Evidence {
  const byKey = new Map(recorded.map((exchange) => [questionKey(exchange), exchange]));
  const { environment, consulted } = consulting(origin.environment);
  return {
    ...origin,
    environment,
    consulted,
    find: (key) => byKey.get(key),
    record: (exchange) => void byKey.set(questionKey(exchange), exchange),
    exchanges: () => [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, exchange]) => exchange),
  };
}

/** An environment that remembers which of its variables were looked at, and shows none that is withheld. */
function consulting(environment: Environment): Pick<Evidence, 'environment' | 'consulted'> {
  const consulted = new Map<string, string>();
  const get = (_: Environment, name: string | symbol): string | undefined => {
    // Names come from strangers: `constructor` is no variable.
    const readable = typeof name === 'string' && !isWithheld(name) && !(name in Object.prototype);
    const value = readable ? environment[name] : undefined;
    if (value === undefined || value === '') return value;
    const shown = String(name).startsWith('TF_CLI_ARGS') ? withoutSecretArguments(value) : withoutUserInfo(value);
    consulted.set(String(name), shown);
    return shown;
  };
  return {
    environment: new Proxy<Environment>(
      {},
      {
        get,
        has: (target, name) => get(target, name) !== undefined,
        getOwnPropertyDescriptor: (target, name) => {
          const value = get(target, name);
          return value === undefined ? undefined : { value, enumerable: true, configurable: true };
        },
      },
    ),
    consulted: () => Object.fromEntries([...consulted].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A URL may carry `user:password@`, or a signature in its query; evidence never does. */
const withoutUserInfo = (value: string): string =>
  value
    .replace(/(\/\/)[^/\s@]*@/g, '$1')
    .replace(/^[^/\s:@]+:[^/\s@]+@/, '')
    .replace(/^(https?:\/\/[^?#]*)[?#].*$/is, '$1');
