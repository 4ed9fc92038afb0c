/** Twice the largest policy that AWS stores (10,240 characters), with room for formatting. */
const MOST_CHARACTERS = 32_768;
const MOST_VALUES = 10_000;
/** A document as text may be URL-encoded (three characters for one) and indented. */
const LONGEST_TEXT = 262_144;

/** A policy document as JSON, or why it is none. */
export type Decoded = { readonly json: unknown } | { readonly problem: string };

function parseJson(text: string): Decoded {
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return { problem: 'is not JSON' };
  }
}

function decodeText(text: string): Decoded {
  if (text.length > LONGEST_TEXT) return { problem: 'is larger than any policy that AWS stores' };
  const plain = parseJson(text);
  if ('json' in plain) return plain;
  try {
    // GetRole and its kin answer with the document URL-encoded by RFC 3986 (IAM API Reference, "GetRole").
    return parseJson(decodeURIComponent(text));
  } catch {
    return plain;
  }
}

/** Walks with its own stack, so that depth costs nothing; also ends on a cyclic value. */
function isLarge(json: unknown): boolean {
  let [characters, values] = [0, 0];
  const stack: unknown[] = [json];
  while (stack.length > 0) {
    const value = stack.pop();
    values += 1;
    if (typeof value === 'string') characters += value.length;
    else if (Array.isArray(value) && value.length > MOST_VALUES) return true;
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        characters += key.length;
        stack.push(child);
        if (stack.length > MOST_VALUES) return true;
      }
    }
    if (values > MOST_VALUES || characters > MOST_CHARACTERS) return true;
  }
  return false;
}

/** A policy document in any form that AWS APIs and tools hand over: a parsed object, JSON text, or URL-encoded JSON text. */
export function decodeDocument(document: unknown): Decoded {
  const decoded = typeof document === 'string' ? decodeText(document) : { json: document };
  if ('json' in decoded && isLarge(decoded.json)) return { problem: 'is larger than any policy that AWS stores' };
  return decoded;
}
