import { type Clients, clients } from '../aws/clients.ts';
import { type Aws, startAws } from '../aws/server.ts';
import { buildEstate, type Cloud } from './estate.ts';

/** The account of the estate. */
export const ACCOUNT = '111111111111';

/** A stand-in with the estate in it. */
export interface Standing {
  readonly aws: Aws;
  /** What the program is started with to ask the stand-in as the account's operator. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a stand-in, builds the estate through its API, and forgets the requests that took. */
export async function startEstate(): Promise<Standing> {
  const aws = await startAws();
  const { credentials } = aws.account(ACCOUNT);
  const opened: Clients[] = [];
  const cloud: Cloud = {
    account: ACCOUNT,
    connect: (region) => {
      const connected = clients({ endpoint: aws.url, region, credentials });
      opened.push(connected);
      return connected;
    },
  };
  await buildEstate(cloud);
  for (const connected of opened) connected.destroy();
  aws.bucket('safe').setMfaDelete('Enabled');
  aws.replicate();
  aws.clearRequests();
  return { aws, env: awsEnvironment(aws.url, credentials) };
}

/** The environment that leads to an endpoint with static keys. */
export const awsEnvironment = (
  endpoint: string,
  { accessKeyId, secretAccessKey }: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** Waits until the stand-in has been asked something. */
export async function asked(aws: Aws, operation: string): Promise<void> {
  while (!aws.requests.some((request) => request.operation === operation)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
