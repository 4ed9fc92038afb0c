import type { Attribute, Block } from '../../hcl/body.ts';
import { type Datum, isMembers, isSequence, Unevaluated } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import type { Scope } from '../../hcl/expressions/scope.ts';
import { type SourceFile, sourceOf } from '../../terraform/files.ts';
import { Open, type ProviderResource, referred } from './resource.ts';

/** An evaluated value as plain data; parts that only Terraform can evaluate are `Open`. */
function plainOf(datum: Datum, written: string): unknown {
  if (datum instanceof Unevaluated) return new Open(written);
  if (isSequence(datum)) return datum.map((item) => plainOf(item, written));
  if (isMembers(datum)) return Object.fromEntries([...datum].map(([name, item]) => [name, plainOf(item, written)]));
  return datum;
}

// JSON, and code of before Terraform 0.12, puts a reference into a template.
const bare = (written: string): string => /^"\$\{\s*([^{}]*?)\s*\}"$/.exec(written)?.[1] ?? written;

interface Reading {
  readonly file: SourceFile;
  readonly scope: () => Scope;
}

async function readValue({ value }: Attribute, { file, scope }: Reading): Promise<unknown> {
  if (value.kind === 'null') return null;
  const written = bare(file.text.slice(value.start, value.end).trim());
  const open = new Open(written);
  if (value.kind === 'expression' && referred(open) !== null) return open;
  return plainOf(await evaluateValue(value, { source: sourceOf(file), scope: scope() }), written.slice(0, 100));
}

/** A block as an object: arguments by name, nested blocks as lists; what a `dynamic` block makes is open. */
async function attributesOf(block: Block, reading: Reading): Promise<Readonly<Record<string, unknown>>> {
  const attributes: Record<string, unknown> = {};
  for (const [name, attribute] of block.body.attributes) attributes[name] = await readValue(attribute, reading);
  for (const nested of block.body.blocks) {
    if (nested.type === 'dynamic') attributes[nested.labels[0] ?? ''] = new Open('a dynamic block');
    else if (attributes[nested.type] === undefined) attributes[nested.type] = [await attributesOf(nested, reading)];
  }
  return attributes;
}

/** What one directory declares: the resources, and where the stacks are that `count` or `for_each` make. */
export interface DeclaredResources {
  readonly resources: readonly ProviderResource[];
  readonly repeated: readonly string[];
}

// What others are attached by. Of a resource that is made several times, or perhaps not at all, nobody knows to what it is.
const REFERENCES: readonly string[] = ['stack_id', 'context_id', 'integration_id', 'depends_on_stack_id'];

const unattached = (attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      REFERENCES.includes(name) ? new Open('count or for_each') : value,
    ]),
  );

/** Made several times, or perhaps not at all: it has no one id and no one value. */
const isRepeated = ({ body }: Block): boolean => body.attributes.has('count') || body.attributes.has('for_each');

/** The `spacelift_*` resources that the files of one directory declare, but for stacks that are made by `count` or `for_each`. */
export async function readProviderResources(
  files: readonly SourceFile[],
  scope: () => Scope,
): Promise<DeclaredResources> {
  const resources: ProviderResource[] = [];
  const repeated: string[] = [];
  for (const file of files) {
    if (!file.text.includes('spacelift_')) continue;
    for (const block of file.scan.body.blocks) {
      const [type = '', name = ''] = block.labels;
      if (block.type !== 'resource' || !type.startsWith('spacelift_')) continue;
      const address = `${type}.${name}`;
      const location = file.locate(block.start);
      const source = `${address} in ${location.file}:${location.line}`;
      if (isRepeated(block) && type === 'spacelift_stack') {
        repeated.push(source);
        continue;
      }
      const own = await attributesOf(block, { file, scope });
      const attributes = isRepeated(block) ? unattached(own) : own;
      resources.push({ type, address, attributes, source, location });
    }
  }
  return { resources, repeated };
}
