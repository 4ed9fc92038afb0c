import type { Block, Value } from '../hcl/body.ts';
import { type Datum, isMembers, Unevaluated } from '../hcl/expressions/datum.ts';
import type { Configuration, Place } from './run.ts';

/** Something of a configuration as far as it has a value, and where it stands. */
export interface Found {
  readonly value: Datum;
  readonly place: Place;
}

/** The blocks of one type in a file. */
export const blocksOfType = ({ frame }: Configuration, type: string): readonly Block[] =>
  frame.file.body.blocks.filter((block) => block.type === type);

/** An attribute at the top of a file; null where there is none, and where it is null. */
export async function attributeOf(configuration: Configuration, name: string): Promise<Found | null> {
  const attribute = configuration.frame.file.body.attributes.get(name);
  if (!attribute) return null;
  const value = await configuration.evaluate(attribute.value);
  return value === null ? null : { value, place: { file: configuration.frame.file, span: attribute } };
}

/** The argument of that name in a block; null where there is none. */
export async function argumentOf(configuration: Configuration, block: Block, name: string): Promise<Datum> {
  const value: Value | undefined = block.body.attributes.get(name)?.value;
  return value ? configuration.evaluate(value) : null;
}

/** `terraform.source`. */
export async function sourceIn(configuration: Configuration): Promise<Found | null> {
  const block = blocksOfType(configuration, 'terraform')[0];
  const attribute = block?.body.attributes.get('source');
  if (!block || !attribute) return null;
  const value = await configuration.evaluate(attribute.value);
  return value === null ? null : { value, place: { file: configuration.frame.file, span: attribute } };
}

/** A `generate` block, or one member of a `generate` attribute. */
export interface Generate {
  readonly path: Datum;
  readonly contents: Datum;
  /** `skip` leaves a file alone that the module has already. */
  readonly ifExists: Datum;
  readonly disable: Datum;
  readonly place: Place;
}

/** The `generate` blocks of one file by name, those of the attribute form among them. */
export async function generatesIn(configuration: Configuration): Promise<ReadonlyMap<string, Generate> | Unevaluated> {
  const { file } = configuration.frame;
  const found = new Map<string, Generate>();
  for (const block of blocksOfType(configuration, 'generate')) {
    const of = (name: string): Promise<Datum> => argumentOf(configuration, block, name);
    found.set(block.labels[0] ?? '', {
      path: await of('path'),
      contents: await of('contents'),
      ifExists: await of('if_exists'),
      disable: await of('disable'),
      place: { file, span: block },
    });
  }
  const attribute = await attributeOf(configuration, 'generate');
  if (attribute?.value instanceof Unevaluated) return attribute.value;
  if (!attribute || !isMembers(attribute.value)) return found;
  for (const [name, block] of attribute.value) {
    if (block instanceof Unevaluated) return block;
    if (!isMembers(block)) continue;
    const of = (key: string): Datum => block.get(key) ?? null;
    found.set(name, {
      path: of('path'),
      contents: of('contents'),
      ifExists: of('if_exists'),
      disable: of('disable'),
      place: attribute.place,
    });
  }
  return found;
}

/** A `remote_state` block or attribute. */
export interface RemoteState {
  readonly backend: Datum;
  readonly config: Datum;
  readonly generate: Datum;
  readonly disableInit: Datum;
  readonly place: Place;
  /** Where its `config` is written out, which tells the place of each argument; null in the attribute form. */
  readonly written: Value | null;
}

/** The `remote_state` of one file, as a block or as an attribute (`terragruntConfigFile` in pkg/config/config.go). */
export async function remoteStateIn(configuration: Configuration): Promise<RemoteState | Unevaluated | null> {
  const { file } = configuration.frame;
  const block = blocksOfType(configuration, 'remote_state')[0];
  if (block) {
    const of = (name: string): Promise<Datum> => argumentOf(configuration, block, name);
    return {
      backend: await of('backend'),
      config: await of('config'),
      generate: await of('generate'),
      disableInit: await of('disable_init'),
      place: { file, span: block },
      written: block.body.attributes.get('config')?.value ?? null,
    };
  }
  const attribute = await attributeOf(configuration, 'remote_state');
  if (!attribute) return null;
  const { value, place } = attribute;
  if (value instanceof Unevaluated) return value;
  const of = (key: string): Datum => (isMembers(value) ? (value.get(key) ?? null) : null);
  return {
    backend: of('backend'),
    config: of('config'),
    generate: of('generate'),
    disableInit: of('disable_init'),
    place,
    written: null,
  };
}
