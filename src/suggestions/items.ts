import { openIn, type Part, shown } from './shell/words.ts';
import type { SuggestedItem } from './suggestion.ts';

/** Stands for a credential that was found and not kept. */
export const secret = '(secret)';

// Arguments of Terraform's and OpenTofu's backends that are credentials, or hold one.
const secretNames = new Set([
  'access_key',
  'secret_key',
  'secret_id',
  'secret_access_key',
  'token',
  'password',
  'conn_str',
  'sse_customer_key',
  'client_secret',
  'client_certificate',
  'sas_token',
  'encryption_key',
  'credentials',
  'key_material',
]);
const secretLooks = /(?:^|_)(?:secret|password|passphrase|token)$|private_key/;
const userInUrl = /:\/\/[^/\s@]*@/;

/** Names are compared without the quotes and blanks that a slip leaves around them. */
function isSecret(name: string, content: string): boolean {
  const bare = name.toLowerCase().replace(/[^a-z0-9_]/g, '');
  return secretNames.has(bare) || secretLooks.test(bare) || userInUrl.test(content);
}

/** One item, and what is open in it. */
export interface ReadItem {
  readonly item: SuggestedItem;
  readonly open: readonly string[];
}

/**
 * The item that a `-backend-config` value is: with a `=` in it `NAME=VALUE`, else the path of a file
 * (Terraform, internal/command/init.go, backendConfigOverrideBody).
 */
export function readItem(parts: readonly Part[]): ReadItem {
  const whole = shown(parts);
  let before = 0;
  for (const part of parts) {
    const equals = part.kind === 'text' ? part.text.indexOf('=') : -1;
    if (equals >= 0) return valueItem(whole.slice(0, before + equals), whole.slice(before + equals + 1), parts);
    before += part.text.length;
  }
  // A backslash separates directories on one system only.
  const odd = /[\\\n]/.test(whole) && openIn(parts).length === 0 ? [whole] : [];
  return { item: { kind: 'file', path: whole }, open: [...openIn(parts), ...odd] };
}

function valueItem(name: string, content: string, parts: readonly Part[]): ReadItem {
  if (isSecret(name, content)) return { item: { kind: 'value', name, text: secret }, open: [secret] };
  const open = openIn(parts);
  const odd = /^[A-Za-z_][\w-]*$/.test(name) || open.length > 0 ? [] : [name];
  const broken = content.includes('\n') ? [`${name}=…`] : [];
  return { item: { kind: 'value', name, text: content }, open: [...open, ...odd, ...broken] };
}
