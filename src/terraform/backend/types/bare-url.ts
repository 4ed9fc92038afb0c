/** A URL, with or without a scheme, without user info, query and fragment, which may hold credentials. */
export const bareUrl = (url: string): string =>
  url
    .replace(/[?#].*$/s, '')
    .replace(/^([a-z][a-z0-9+.-]*:\/\/+)?[^/]*@/i, (_, scheme: string | undefined) => scheme ?? '');
