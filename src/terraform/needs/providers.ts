import type { Attribute, Block } from '../../hcl/body.ts';
import type { SourceFile } from '../files.ts';

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of what JSON spells out: of an object, or of all objects in a list; `//` is a comment (hcl/json/spec.md). */
const members = (value: unknown): readonly (readonly [string, unknown])[] =>
  (Array.isArray(value) ? value : [value])
    .filter(isPlain)
    .flatMap((one) => Object.entries(one))
    .filter(([name]) => name !== '//');

const spelledOut = (attribute: Attribute | undefined): unknown =>
  attribute?.value.kind === 'structure' ? attribute.value.value : undefined;

/** What follows in a line behind a sign of a comment, where the line starts with it. */
const COMMENT = /^[ \t]*(?:#|\/\/).*$/gm;

/** The `source` of one entry of `required_providers`; undefined where it has none. */
function sourceIn({ value }: Attribute, text: string): string | undefined {
  if (value.kind === 'structure') return sourceOf(value.value);
  const written = text.slice(value.start, value.end).replace(COMMENT, '');
  return /\bsource"?\s*[=:]\s*"([^"]*)"/.exec(written)?.[1];
}

const sourceOf = (entry: unknown): string | undefined =>
  isPlain(entry) && typeof entry['source'] === 'string' ? entry['source'] : undefined;

/** Without a namespace, and without a source at all, it is HashiCorp's (Terraform, internal/addrs/provider.go). */
const fullSource = (source: string): string => (source.includes('/') ? source : `hashicorp/${source}`).toLowerCase();

/** `NAMESPACE/NAME` by the name that the code gives a provider. */
function declaredSources(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const entries = files.flatMap(({ scan, text }) =>
    scan.body.blocks
      .filter(({ type }) => type === 'terraform')
      .flatMap(({ body }): readonly (readonly [string, string | undefined])[] => [
        ...body.blocks
          .filter(({ type }) => type === 'required_providers')
          .flatMap((block) => [...block.body.attributes.values()])
          .map((attribute) => [attribute.name, sourceIn(attribute, text)] as const),
        ...members(spelledOut(body.attributes.get('required_providers'))).map(
          ([name, entry]) => [name, sourceOf(entry)] as const,
        ),
      ]),
  );
  return new Map(entries.map(([name, source]) => [name, fullSource(source ?? name)]));
}

const USED: readonly string[] = ['resource', 'data', 'ephemeral'];

/** The provider of a block: by its `provider` argument, else by the first word of its type (Terraform, internal/addrs/resource.go, ImpliedProvider). */
function usedBy({ text }: SourceFile, block: Block): string | null {
  if (block.type === 'provider') return block.labels[0] ?? null;
  if (!USED.includes(block.type)) return null;
  const own = block.body.attributes.get('provider')?.value;
  const named = own && /^\s*"?([\w-]+)/.exec(text.slice(own.start, own.end))?.[1];
  return named ?? block.labels[0]?.split('_', 1)[0] ?? null;
}

/** The same of blocks that JSON spells out: `{"aws_vpc": {"main": {…}}}`. */
const usedByJson = (blocks: unknown): readonly string[] =>
  members(blocks).flatMap(([type, named]) =>
    members(named).flatMap(([, body]) =>
      (Array.isArray(body) ? body : [body]).flatMap((one) => {
        const own: unknown = isPlain(one) ? one['provider'] : undefined;
        const name = typeof own === 'string' ? /^(?:\$\{)?([\w-]+)/.exec(own)?.[1] : undefined;
        return name ?? type.split('_', 1)[0] ?? [];
      }),
    ),
  );

function usedIn(file: SourceFile): readonly string[] {
  const { blocks, attributes } = file.scan.body;
  // The data sources of a check stand in it.
  const all = blocks.flatMap((block) => (block.type === 'check' ? block.body.blocks : [block]));
  return [
    ...all.flatMap((block) => usedBy(file, block) ?? []),
    ...USED.flatMap((type) => usedByJson(spelledOut(attributes.get(type)))),
  ];
}

// It is part of the tool: nothing is installed for it.
const BUILT_IN = 'terraform';

/** The providers that the code of one directory needs, as `NAMESPACE/NAME` or `HOST/NAMESPACE/NAME`, sorted. */
export function requiredProviders(files: readonly SourceFile[]): readonly string[] {
  const declared = declaredSources(files);
  const implied = files
    .flatMap(usedIn)
    .filter((name) => name !== BUILT_IN && !declared.has(name))
    .map(fullSource);
  const all = new Set([...declared.values(), ...implied]);
  all.delete('terraform.io/builtin/terraform');
  return [...all].sort();
}
