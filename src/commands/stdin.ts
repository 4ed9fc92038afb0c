import { UsageError } from './terminal.ts';

/** Reads a stream to its end as UTF-8 text; a `UsageError` for a terminal, too many bytes, or what is no UTF-8. */
export async function textFrom(
  stream: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean },
  mostBytes: number,
): Promise<string> {
  if (stream.isTTY) throw new UsageError('nothing is piped in; name a file, or pipe the cases into stdin');
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    size += bytes.length;
    if (size > mostBytes) throw new UsageError(`stdin has more than ${mostBytes} bytes`);
    parts.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new UsageError('stdin is not UTF-8 text');
  }
}
