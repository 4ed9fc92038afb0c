import { afterEach, beforeEach } from '@jest/globals';
import { type ClientOptions, type Clients, clients } from './clients.ts';
import { type Aws, startAws } from './server.ts';

/** The account that tests act in unless they are about accounts. */
export const ACCOUNT = '111111111111';

/** The region that tests act in unless they are about regions. */
export const REGION = 'eu-west-1';

/** A fresh stand-in per test, with clients that are destroyed for the test. */
export interface Session {
  readonly aws: Aws;
  /** Clients of `ACCOUNT` in `REGION`, unless the options say otherwise. */
  readonly connect: (options?: Partial<ClientOptions>) => Clients;
}

/** Starts a stand-in before each test of the file and stops it afterwards; the result is valid inside tests. */
export function useAws(): Session {
  let current: Aws | undefined;
  let opened: Clients[] = [];
  const aws = (): Aws => {
    if (current === undefined) throw new Error('the stand-in runs inside tests only');
    return current;
  };
  beforeEach(async () => {
    current = await startAws();
  });
  afterEach(async () => {
    for (const connected of opened) connected.destroy();
    opened = [];
    await current?.close();
    current = undefined;
  });
  return {
    get aws() {
      return aws();
    },
    connect: (options = {}) => {
      const { url, account } = aws();
      const connected = clients({
        endpoint: url,
        region: REGION,
        credentials: account(ACCOUNT).credentials,
        ...options,
      });
      opened.push(connected);
      return connected;
    },
  };
}
