import { createHash } from 'node:crypto';
import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction } from '../hcl/expressions/scope.ts';
import { text, whole } from './signature.ts';

const hash = (algorithm: string, encoding: 'hex' | 'base64'): HclFunction =>
  whole([1, 1], (given) => createHash(algorithm).update(text(given, 0), 'utf8').digest(encoding));

// RFC 9562, section 6.6.
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['dns', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['url', '6ba7b811-9dad-11d1-80b4-00c04fd430c8'],
  ['oid', '6ba7b812-9dad-11d1-80b4-00c04fd430c8'],
  ['x500', '6ba7b814-9dad-11d1-80b4-00c04fd430c8'],
]);
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A UUID from a namespace and a name (RFC 9562, section 5.5). */
function uuid(given: readonly Datum[]): string {
  const named = text(given, 0);
  const namespace = NAMESPACES.get(named) ?? named;
  if (!UUID.test(namespace)) throw new CallFailure('the namespace is neither a UUID nor dns, url, oid or x500');
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(text(given, 1), 'utf8')
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The hash functions of strings; those of files are elsewhere. */
export const hashes: ReadonlyMap<string, HclFunction> = new Map([
  ['base64sha256', hash('sha256', 'base64')],
  ['base64sha512', hash('sha512', 'base64')],
  ['md5', hash('md5', 'hex')],
  ['sha1', hash('sha1', 'hex')],
  ['sha256', hash('sha256', 'hex')],
  ['sha512', hash('sha512', 'hex')],
  ['uuidv5', whole([2, 2], uuid)],
]);
