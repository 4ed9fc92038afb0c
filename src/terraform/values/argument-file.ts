import { isUtf8 } from 'node:buffer';
import type { Body, Scan, Value } from '../../hcl/body.ts';
import type { Datum } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import { constants, type Source } from '../../hcl/expressions/scope.ts';
import { scanJson } from '../../hcl/json-body.ts';
import { locator } from '../../hcl/position.ts';
import { scan } from '../../hcl/scan.ts';
import type { FileSystem } from '../../model/effects.ts';
import type { Problem } from '../../model/location.ts';
import { datumOf } from '../backend/block-arguments.ts';
import { type Directory, LARGEST_FILE, pathProblem } from '../files.ts';

/** A file of nothing but arguments, in HCL or, with the suffix `.json`, in JSON: `*.tfvars`, `*.tfbackend`, `*.backend`. */
export interface ArgumentFile {
  readonly source: Source;
  readonly body: Body;
  /** Where and why reading stopped; what stands before is in `body`. */
  readonly error: Scan['error'];
}

/** A file to read: how messages name it, where it is, and what bounds it. */
export interface FilePlace extends Pick<Directory, 'path' | 'absolute' | 'contains'> {}

/** Reads an argument file; a file that cannot be read, or that lies outside the audited root, is a problem. */
export async function argumentFile(
  fs: FileSystem,
  { path, absolute, contains }: FilePlace,
): Promise<ArgumentFile | { readonly problem: Problem }> {
  const refuse = (kind: Problem['kind'], why: unknown) => ({ problem: pathProblem(kind, path, why) });
  try {
    if (!(await contains(absolute))) return refuse('link-outside-root', 'outside the audited root; it was not read');
    const { kind, bytes } = await fs.stat(absolute);
    if (kind !== 'file') return refuse('unreadable-file', 'not a regular file');
    if (bytes > LARGEST_FILE) return refuse('file-too-large', `${bytes} bytes, more than 10 MiB`);
    const content = await fs.read(absolute);
    if (!isUtf8(content)) return refuse('unparsable-file', 'not valid UTF-8');
    return parseArguments(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
  } catch (error) {
    return refuse('unreadable-file', error);
  }
}

/** Reads the text of an argument file. */
export function parseArguments(path: string, text: string): ArgumentFile {
  const syntax = path.endsWith('.json') ? 'json' : 'native';
  const { body, error } = syntax === 'json' ? scanJson(text, {}) : scan(text);
  return { source: { path, text, position: locator(text), syntax }, body, error };
}

/**
 * The value of one argument. In JSON a string is taken as it is: `${` is no template where there is no evaluation context
 * (`expression.Value` in hashicorp/hcl json/structure.go).
 */
export async function argumentValue({ source }: ArgumentFile, value: Value): Promise<Datum> {
  if (source.syntax === 'native' || value.kind === 'number') return evaluateValue(value, { source, scope: constants });
  return datumOf(JSON.parse(source.text.slice(value.start, value.end)));
}
