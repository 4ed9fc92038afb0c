import type { defaultProvider } from '@aws-sdk/credential-provider-node';

/** What signs requests: the SDK's own credential provider type. */
export type CredentialProvider = () => Promise<Awaited<ReturnType<ReturnType<typeof defaultProvider>>>>;

/** Credentials for replay: nothing is sent, so nothing is signed for real. */
export const replayCredentials: CredentialProvider = async () => ({
  accessKeyId: 'replayed',
  secretAccessKey: 'replayed',
});

/** Whatever the chain fails with, a refused AssumeRole of a profile included, means that there are no credentials to ask with. */
class NoCredentials extends Error {
  override readonly name = 'CredentialsProviderError';
}

/**
 * The auditor's own credentials: the SDK's default chain over the auditor's environment, never a profile, file or role that
 * audited code names. Asked once: without credentials the chain ends in a slow look-up of instance metadata.
 */
export function callerCredentials(): CredentialProvider {
  let provider: Promise<CredentialProvider> | undefined;
  let failure: { readonly error: unknown } | undefined;
  return async () => {
    if (failure) throw failure.error;
    provider ??= import('@aws-sdk/credential-provider-node').then((sdk) => sdk.defaultProvider());
    try {
      return await (await provider)();
    } catch (error) {
      failure = { error: new NoCredentials(error instanceof Error ? error.message : String(error)) };
      throw failure.error;
    }
  };
}
