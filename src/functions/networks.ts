import type { Datum } from '../hcl/expressions/datum.ts';
import { CallFailure, type HclFunction } from '../hcl/expressions/scope.ts';
import { integer, text, whole } from './signature.ts';

/** A network: the bits of its address, how many of them are its prefix, and how many there are. */
interface Network {
  readonly address: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
}

// Terraform reads leading zeros as decimal (`ipaddr.ParseCIDR`), unlike Go today.
function readV4(address: string): bigint | null {
  const parts = address.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d+$/.test(part) || Number(part) > 255)) return null;
  return parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

function readGroups(text: string): readonly bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const v4 = at === parts.length - 1 && part.includes('.') ? readV4(part) : null;
    if (v4 !== null) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

function readV6(address: string): bigint | null {
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [readGroups(halves[0] ?? ''), readGroups(halves[1] ?? '')];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((bits, group) => (bits << 16n) | group, 0n);
}

const hostMask = ({ bits, prefix }: Pick<Network, 'bits' | 'prefix'>): bigint => (1n << BigInt(bits - prefix)) - 1n;

function readNetwork(cidr: string): Network {
  const [, address = '', digits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(cidr) ?? [];
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 128 ? readV6(address) : readV4(address);
  const prefix = Number(digits);
  if (value === null || digits === '' || prefix > bits) throw new CallFailure('this is no CIDR address');
  return { address: value & ~hostMask({ bits, prefix }), prefix, bits };
}

function showV6(address: bigint): string {
  // An address that embeds one of IPv4 is printed as that, as Go's `net.IP` does.
  if (address >> 32n === 0xffffn) return showV4(address & 0xffffffffn);
  const groups = Array.from({ length: 8 }, (_, at) => (address >> BigInt(16 * (7 - at))) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  // The longest run of at least two zeros, the first of equals (RFC 5952).
  const runs = [...text.matchAll(/(?<![\da-f])0(?::0)+(?![\da-f])/g)];
  const longest = runs.reduce<RegExpExecArray | null>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    null,
  );
  if (!longest) return text;
  const [before, behind] = [text.slice(0, longest.index), text.slice(longest.index + longest[0].length)];
  return `${before.replace(/:$/, '')}::${behind.replace(/^:/, '')}`;
}

function showV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}

const show = (address: bigint, bits: Network['bits']): string => (bits === 32 ? showV4(address) : showV6(address));

function host(given: readonly Datum[]): string {
  const network = readNetwork(text(given, 0));
  const index = BigInt(integer(given, 1));
  const hosts = hostMask(network);
  if (index > hosts || -index > hosts + 1n) throw new CallFailure('the network has no host of that number');
  return show(network.address | (index < 0n ? hosts + 1n + index : index), network.bits);
}

function mask(given: readonly Datum[]): string {
  const network = readNetwork(text(given, 0));
  if (network.bits === 128) throw new CallFailure('netmasks are for IPv4 only');
  return showV4(0xffffffffn ^ hostMask(network));
}

function subnet(given: readonly Datum[]): string {
  const network = readNetwork(text(given, 0));
  const [added, index] = [integer(given, 1), BigInt(integer(given, 2))];
  const prefix = network.prefix + added;
  if (added < 0 || prefix > network.bits) throw new CallFailure('the prefix would be longer than the address');
  if (index < 0n || index >> BigInt(added) > 0n) throw new CallFailure('the prefix extension holds no such number');
  const address = network.address | (index << BigInt(network.bits - prefix));
  return `${show(address, network.bits)}/${prefix}`;
}

function subnets(given: readonly Datum[]): Datum {
  const network = readNetwork(text(given, 0));
  let next = network.address;
  const end = network.address + hostMask(network) + 1n;
  return given.slice(1).map((_, at) => {
    const added = integer(given, at + 1);
    const prefix = network.prefix + added;
    if (added < 1 || prefix > network.bits) throw new CallFailure('the prefix extension is not within the address');
    const size = 1n << BigInt(network.bits - prefix);
    const start = ((next + size - 1n) / size) * size;
    if (start + size > end) throw new CallFailure('there is no space left for the subnet');
    next = start + size;
    return `${show(start, network.bits)}/${prefix}`;
  });
}

/** The functions on network addresses; a host part in the given network is dropped. */
export const networks: ReadonlyMap<string, HclFunction> = new Map([
  ['cidrhost', whole([2, 2], host)],
  ['cidrnetmask', whole([1, 1], mask)],
  ['cidrsubnet', whole([3, 3], subnet)],
  ['cidrsubnets', whole([1, Number.POSITIVE_INFINITY], subnets)],
]);
