import type { Inventory } from '../../../../src/model/inventory.ts';
import { inventoryFromCode } from '../../../../src/orchestrator/spacelift/declared.ts';
import { inventoryFromShowJson } from '../../../../src/orchestrator/spacelift/show-json.ts';
import { readRootModules } from '../../../../src/terraform/roots.ts';
import { memory } from '../../../terraform/memory.ts';

/** The id of another resource, by its type and name. */
export interface Reference {
  readonly to: string;
}
/** An expression that only Terraform can evaluate. */
export interface Expression {
  readonly expression: string;
}
/** A nested block. */
export interface Nested {
  readonly block: Readonly<Record<string, string | boolean | Expression>>;
}
type Value = string | number | boolean | null | readonly (string | Expression)[] | Reference | Expression | Nested;

/** A resource of the provider, as each format writes it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** What the provider computes, which only a state has: `id`, and others. */
  readonly computed?: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** A resource `spacelift_TYPE.NAME`. */
export const declare = (
  address: string,
  attributes: Declared['attributes'],
  computed?: Declared['computed'],
): Declared => {
  const [type = '', name = ''] = address.split('.');
  return { type: `spacelift_${type}`, name, attributes, ...(computed && { computed }) };
};

const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && 'to' in value;
const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'expression' in value;
const isNested = (value: unknown): value is Nested => typeof value === 'object' && value !== null && 'block' in value;

function hclValue(value: Value): string {
  if (isReference(value)) return `spacelift_${value.to}.id`;
  if (isExpression(value)) return value.expression;
  if (Array.isArray(value)) return `[${value.map(hclValue).join(', ')}]`;
  return JSON.stringify(value);
}

/** The resources as HCL. */
export const asHcl = (all: readonly Declared[]): string =>
  all
    .map(({ type, name, attributes }) => {
      const lines = Object.entries(attributes).map(([key, value]) =>
        isNested(value)
          ? `  ${key} {\n${Object.entries(value.block)
              .map(([inner, each]) => `    ${inner} = ${hclValue(each)}\n`)
              .join('')}  }\n`
          : `  ${key} = ${hclValue(value)}\n`,
      );
      return `resource "${type}" "${name}" {\n${lines.join('')}}\n`;
    })
    .join('\n');

function jsonValue(value: Value): unknown {
  if (isReference(value)) return `\${spacelift_${value.to}.id}`;
  if (isExpression(value)) return `\${${value.expression}}`;
  if (isNested(value))
    return Object.fromEntries(Object.entries(value.block).map(([key, each]) => [key, jsonValue(each)]));
  return Array.isArray(value) ? value.map(jsonValue) : value;
}

/** The resources in HCL's JSON syntax. */
export function asTfJson(all: readonly Declared[]): string {
  const resource: Record<string, Record<string, unknown>> = {};
  for (const { type, name, attributes } of all) {
    resource[type] ??= {};
    const own = Object.entries(attributes).map(([key, value]) => [key, jsonValue(value)]);
    Object.assign(resource[type], { [name]: Object.fromEntries(own) });
  }
  return JSON.stringify({ resource }, null, 2);
}

/** The resources as `terraform show -json` has them once they are applied, where there is no expression any more. */
function asShowJson(all: readonly Declared[]): object {
  const idOf = ({ to }: Reference): string => {
    const other = all.find(({ type, name }) => `${type}.${name}` === `spacelift_${to}`);
    if (!other) throw new Error(`no resource ${to}`);
    return other.computed?.['id'] ?? `01${to}`;
  };
  const resources = all.map(({ type, name, attributes, computed }) => {
    const own = Object.entries(attributes).map(([key, value]) => [
      key,
      isReference(value) ? idOf(value) : isNested(value) ? [value.block] : value,
    ]);
    const short = `${type.replace(/^spacelift_/, '')}.${name}`;
    const values = { id: `01${short}`, ...computed, ...Object.fromEntries(own) };
    return { address: `${type}.${name}`, mode: 'managed', type, name, values, sensitive_values: {} };
  });
  return { format_version: '1.0', terraform_version: '1.9.8', values: { root_module: { resources } } };
}

/** The inventory that a tree of these files declares; null where it declares none. */
export async function fromFiles(files: Readonly<Record<string, string>>): Promise<Inventory | null> {
  const nodes = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/r/${name}`, text]));
  const { declares } = await readRootModules(memory(nodes), { root: '/r', paths: ['/r'], environment: {} });
  return inventoryFromCode(declares);
}

/** The inventory of `terraform show -json`. */
export function fromShowJson(all: readonly Declared[]): Inventory {
  const inventory = inventoryFromShowJson(JSON.parse(JSON.stringify(asShowJson(all))), 'show.json');
  if (!inventory) throw new Error('not taken for terraform show -json');
  return inventory;
}
