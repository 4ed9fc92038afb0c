import type { CredentialProvider } from '../../src/aws/identity.ts';
import type { AwsCredentials } from '../aws/accounts.ts';
import type { Aws } from '../aws/server.ts';
import { auditorOf, buildAcme } from './acme.ts';
import { buildLayouts, layoutsAuditor } from './layouts.ts';
import { buildSpacelift, auditorOf as spaceliftAuditor } from './spacelift.ts';

/** What AWS is, and who asks it, when the evidence of a fixture is recorded. */
export interface Estate {
  build(aws: Aws): Promise<void>;
  credentials(aws: Aws): CredentialProvider;
}

const signedAs =
  (credentials: AwsCredentials): CredentialProvider =>
  async () =>
    credentials;

/** An auditor without credentials, as on a first run. */
const nobody: CredentialProvider = async () => {
  const error = new Error('Could not load credentials from any providers');
  error.name = 'CredentialsProviderError';
  throw error;
};

/** The estate behind each fixture's evidence, by the fixture's folder. */
export const estates: Readonly<Record<string, Estate>> = {
  acme: { build: buildAcme, credentials: (aws) => signedAs(auditorOf(aws)) },
  'first-run': { build: async () => {}, credentials: () => nobody },
  layouts: { build: buildLayouts, credentials: (aws) => signedAs(layoutsAuditor(aws)) },
  spacelift: { build: buildSpacelift, credentials: (aws) => signedAs(spaceliftAuditor(aws)) },
};
