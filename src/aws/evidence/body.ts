import { NotAwsShaped } from './shape.ts';

/** The body of a raw answer: a stream live, bytes in replay. */
export type RawBody = AsyncIterable<Uint8Array> | Uint8Array;

// Control-plane answers are small; a body beyond this is not one.
const maxBodyBytes = 16 * 1024 * 1024;

/** All bytes of a body; one of more than 16 MiB is `NotAwsShaped`. */
export async function allBytes(body: RawBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new NotAwsShaped(`a body of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
