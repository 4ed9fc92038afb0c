import { type Clients, clients } from './clients.ts';
import type { Target } from './contract/case.ts';
import { contract } from './contract/contract.ts';
import { startAws } from './server.ts';

async function startStandIn(): Promise<Target> {
  const aws = await startAws();
  const account = aws.account('123456789012');
  const opened: Clients[] = [];
  return {
    account: account.id,
    connect: (region, identity) => {
      const credentials = identity === 'root' ? account.rootCredentials : account.credentials;
      const connected = clients({ endpoint: aws.url, region, credentials });
      opened.push(connected);
      return connected;
    },
    createKey: async (region, options = {}) => aws.createKey({ region, account: account.id, ...options }),
    createTable: async (region, name) => {
      aws.createTable({ region, name, account: account.id });
    },
    settle: () => aws.replicate(),
    close: () => {
      for (const connected of opened) connected.destroy();
      return aws.close();
    },
  };
}

contract('the stand-in does what AWS does', startStandIn);
