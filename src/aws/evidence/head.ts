import type { RawBody } from './body.ts';

// In a state that Terraform writes the lineage ends near byte 118, and the outputs, secrets among them, follow at once.
const headBytes = 128;

/**
 * The first 128 bytes of a body, whatever the server sends (a store may ignore `Range`): nothing after them is kept, and
 * what was not received by then never is, because leaving the loop destroys the stream and with it the connection.
 */
export async function firstBytes(body: RawBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let missing = headBytes;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    chunks.push(chunk.subarray(0, missing));
    missing -= chunk.length;
    if (missing <= 0) break;
  }
  return Buffer.concat(chunks);
}

/**
 * What is kept of the first bytes of a state, as JSON: `{"serial":7,"lineage":"…"}`, each left out where it is not there in
 * full. The order of keys is that of Terraform (internal/states/statefile/version4.go), or of an encrypted state of OpenTofu
 * (internal/encryption/state.go).
 */
export function headOf(bytes: Buffer): string {
  // Up to the first nested value: an output may be called like either.
  const [, text = ''] = /^\s*\{([^{[]*)/.exec(bytes.toString('latin1')) ?? [];
  // A number at the end may go on after it.
  const [, serial] = /"serial"\s*:\s*(\d{1,15})(?=[\s,}])/.exec(text) ?? [];
  const [, lineage] = /"lineage"\s*:\s*"([0-9a-fA-F-]{1,64})"/.exec(text) ?? [];
  return JSON.stringify({
    ...(serial === undefined ? {} : { serial: Number(serial) }),
    ...(lineage === undefined ? {} : { lineage }),
  });
}

/** Stands in for the SDK's stream, which can be read once. */
class Text {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  async transformToString(): Promise<string> {
    return this.text;
  }
}

/** An output whose `Body` any number of facts can turn to text with `transformToString`, as they share the answer. */
export async function rereadable(output: object): Promise<object> {
  const { Body: body } = output as { readonly Body?: { transformToString(): Promise<string> } };
  return body ? { ...output, Body: new Text(await body.transformToString()) } : output;
}
