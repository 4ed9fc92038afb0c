// AWS issues no key id below this length (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html). A dummy such
// as `test`, for a local store, proves nothing, and taking it out would rewrite the answer itself.
const shortest = 16;

/**
 * Takes what proves who we are out of an answer's body. S3 quotes the session token and what was signed in some errors
 * (`Token-0` of ExpiredToken, `CanonicalRequest` of SignatureDoesNotMatch), and a proxy may show the whole request.
 */
export function withoutCredentials(body: string, args: unknown): string {
  const { headers = {} } = (args as { readonly request?: { readonly headers?: Record<string, string> } }).request ?? {};
  const { authorization = '', 'x-amz-security-token': token } = headers;
  const [, key] = /Credential=([^/,\s]+)/.exec(authorization) ?? [];
  const [, signature] = /Signature=(\w+)/.exec(authorization) ?? [];
  // The same once more, in hexadecimal.
  const readable = body.replace(/<((?:CanonicalRequest|StringToSign)Bytes)>[^<]*<\/\1>/g, '');
  return [token, key, signature].reduce<string>(
    (text, secret) => (secret && secret.length >= shortest ? text.replaceAll(secret, '[redacted]') : text),
    readable,
  );
}
