/** An address as a number, in its family. */
interface Address {
  readonly bits: 32 | 128;
  readonly number: bigint;
}

const joined = (parts: readonly string[], base: number, size: bigint): bigint =>
  parts.reduce((sum, part) => (sum << size) | BigInt(Number.parseInt(part, base)), 0n);

function parseV4(text: string): Address | null {
  const parts = text.split('.');
  // No leading zeros: some readers take those for octal.
  const fits = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return fits ? { bits: 32, number: joined(parts, 10, 8n) } : null;
}

function parseV6(text: string): Address | null {
  const [head = '', tail, ...more] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return null;
  const all = [...left, ...Array<string>(missing).fill('0'), ...right];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? { bits: 128, number: joined(all, 16, 16n) } : null;
}

const parseAddress = (text: string): Address | null => (text.includes(':') ? parseV6(text) : parseV4(text));

/**
 * Whether an address is in a CIDR range; a range without prefix length is one address (IAM User Guide, "IP address
 * condition operators"). Null when either cannot be read for certain, such as a range with bits set after its prefix.
 */
export function inRange(address: string, range: string): boolean | null {
  const [network = '', length, ...more] = range.split('/');
  const [given, base] = [parseAddress(address), parseAddress(network)];
  if (!given || !base || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const prefix = length === undefined ? base.bits : Number(length);
  if (prefix > base.bits) return null;
  const rest = BigInt(base.bits - prefix);
  if ((base.number >> rest) << rest !== base.number) return null;
  return given.bits === base.bits && given.number >> rest === base.number >> rest;
}

/** The last address of an IPv4 range; none of what is no such range, or has one address. */
export function lastOf(range: string): readonly string[] {
  const [network = '', length = '32'] = range.split('/');
  const base = parseV4(network);
  if (!base || !inRange(network, range)) return [];
  const last = base.number | ((1n << BigInt(32 - Number(length))) - 1n);
  return last === base.number ? [] : [[24n, 16n, 8n, 0n].map((shift) => (last >> shift) & 255n).join('.')];
}

/** Addresses for documentation (RFC 5737), for whoever calls from nowhere in particular. */
const NOWHERE = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '233.252.0.1', '100.127.255.254', '8.8.8.8', '1.1.1.1'];

/** An address outside all of the ranges; null when none of some well-spread ones is. */
export const outside = (ranges: readonly string[]): string | null =>
  NOWHERE.find((address) => ranges.every((range) => inRange(address, range) === false)) ?? null;
