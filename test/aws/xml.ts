/**
 * A reader and writer for the small XML dialect that S3, IAM and STS speak: elements, text, one namespace.
 * No doctype, comments or CDATA: the SDKs never send them, and a stand-in that expands entities would be a liability.
 */

/** An element of an S3 REST or IAM Query body: either text or children, attributes dropped. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

type Content = string | number | boolean | XmlElement | undefined | readonly (XmlElement | undefined)[];

/** Builds an element; `undefined` children are left out, as AWS leaves out what is not configured. */
export function element(name: string, ...content: readonly Content[]): XmlElement {
  const children: XmlElement[] = [];
  let text = '';
  for (const part of content) {
    if (part === undefined) continue;
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') text += String(part);
    else if ('name' in part) children.push(part);
    else for (const child of part) if (child !== undefined) children.push(child);
  }
  return { name, text, children };
}

/** Like `element`, but no element at all when there is no value. */
export function optional(name: string, value: string | number | undefined): XmlElement | undefined {
  return value === undefined ? undefined : element(name, value);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function toXml(text: string): string {
  // A carriage return must be a reference, or the reader's line-end normalisation turns it into a line feed.
  return text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? found).replace(/\r/g, '&#13;');
}

function write(node: XmlElement, attributes = ''): string {
  const inner = node.children.length > 0 ? node.children.map((child) => write(child)).join('') : toXml(node.text);
  return inner === '' ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${inner}</${node.name}>`;
}

/** Prints a document with its declaration and namespace, as every S3, IAM and STS body begins. */
export function document(root: XmlElement, namespace?: string): string {
  const attributes = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, attributes)}`;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, body: string) => {
    if (body.startsWith('#x') || body.startsWith('#X')) return String.fromCodePoint(Number.parseInt(body.slice(2), 16));
    if (body.startsWith('#')) return String.fromCodePoint(Number.parseInt(body.slice(1), 10));
    return NAMED[body] ?? whole;
  });
}

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

function close(open: Open): XmlElement {
  // White space between children is layout, not content.
  return { name: open.name, text: open.children.length > 0 ? '' : open.text, children: open.children };
}

/** Reads a request body as S3 does for `PutBucketReplication`; throws when it is not one well-formed element. */
export function parse(source: string): XmlElement {
  const top: Open = { name: '', children: [], text: '' };
  const stack: Open[] = [top];
  for (const match of source.matchAll(/<\?[^>]*\?>|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/g)) {
    const [, slash, qualified, selfClosing, text] = match;
    const current = stack.at(-1) ?? top;
    if (text !== undefined) current.text += fromXml(text);
    if (qualified === undefined) continue;
    const name = qualified.slice(qualified.indexOf(':') + 1);
    if (slash === '/') {
      const closed = stack.pop();
      if (closed?.name !== name) throw new Error(`</${name}> closes <${closed?.name ?? ''}>`);
      stack.at(-1)?.children.push(close(closed));
    } else if (selfClosing === '/') current.children.push({ name, text: '', children: [] });
    else stack.push({ name, children: [], text: '' });
  }
  const [root, ...rest] = top.children;
  if (stack.length !== 1 || root === undefined || rest.length > 0) throw new Error('not one well-formed element');
  return root;
}

/** The first child of that name along a path such as `Filter`, `And`, `Prefix`. */
export function find(node: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let current = node;
  for (const name of path) current = current?.children.find((child) => child.name === name);
  return current;
}

/** The text at a path, or nothing when the element is absent (an empty element is the empty string). */
export function textAt(node: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return find(node, ...path)?.text;
}

/** All children of that name. */
export function findAll(node: XmlElement | undefined, name: string): readonly XmlElement[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}
