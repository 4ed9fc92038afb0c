import { type Clients, clients } from './clients.ts';
import type { Target, TargetOrganization } from './contract/case.ts';
import { contract } from './contract/contract.ts';
import { scpText } from './contract/organizations.ts';
import { type Aws, startAws } from './server.ts';

async function startStandIn(): Promise<Target> {
  const aws = await startAws();
  const account = aws.account('123456789012');
  const opened: Clients[] = [];
  let organization: TargetOrganization | undefined;
  return {
    account: account.id,
    connect: (region, identity) => {
      const credentials = identity === 'root' ? account.rootCredentials : account.credentials;
      const connected = clients({ endpoint: aws.url, region, credentials });
      opened.push(connected);
      return connected;
    },
    createKey: async (region, options = {}) => aws.createKey({ region, account: account.id, ...options }),
    addMfaDevice: async (user) => account.addMfaDevice(user, { kind: 'virtual' }),
    organization: async () => {
      organization ??= makeOrganization(aws, account.id);
      return organization;
    },
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

function makeOrganization(aws: Aws, management: string): TargetOrganization {
  const organization = aws.createOrganization({ management });
  const [unit, member, content] = [organization.addUnit('prod'), '222222222222', scpText];
  organization.addAccount(member, unit);
  const policy = organization.addPolicy({ name: 'no-leaving', content, targets: [unit] });
  return { root: organization.root, unit, member, policy, content };
}

contract('the stand-in does what AWS does', startStandIn);
