import type { SchemaError } from '../schema/config.ts';
import { nearest } from './nearest.ts';
import type { ConfigError, Parsed, Path } from './parse.ts';
import { isReserved } from './reserved.ts';

/** `rules.mfa-delete.severity`, `waivers[0].expires`: a path as people write it. */
export const pathText = (path: Path): string =>
  path.reduce((text, segment) => {
    if (/^\d+$/.test(segment)) return `${text}[${segment}]`;
    const key = /^[\w$-]+$/.test(segment) ? segment : JSON.stringify(segment);
    return text === '' ? key : `${text}.${key}`;
  }, '');

/** `unknown key "x" in rules; allowed: …`, with the one that was probably meant where one is near. */
export function unknownName(what: string, name: string, allowed: readonly string[]): string {
  const meant = allowed.length > 1 ? nearest(name, allowed) : undefined;
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `${what}${hint}; allowed: ${allowed.join(', ')}`;
}

const segmentsOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const stringsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const nouns: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
};

function unknownKey(path: Path, { params, parentSchema }: SchemaError): string {
  const key = String(params['additionalProperty']);
  const full = [...path, key];
  if (isReserved(full)) {
    return `key "${pathText(full)}" is no typo, but this version of dr-audit does not support it yet; remove it`;
  }
  const where = path.length === 0 ? '' : ` in ${pathText(path)}`;
  const allowed = Object.keys(parentSchema['properties'] ?? {}).filter((name) => name !== '$schema');
  return unknownName(`unknown key ${JSON.stringify(key)}${where}`, key, allowed);
}

/** The keys of which a `oneOf` of bare `required` asks exactly one. */
const alternatives = (schema: SchemaError['parentSchema']): readonly string[] => {
  const branches: readonly unknown[] = Array.isArray(schema['oneOf']) ? schema['oneOf'] : [];
  return branches.flatMap((branch) =>
    typeof branch === 'object' && branch !== null && 'required' in branch ? stringsIn(branch.required) : [],
  );
};

function mustBe({ keyword, params, parentSchema, message }: SchemaError): string {
  const title = parentSchema['title'];
  switch (keyword) {
    case 'enum':
      return `must be one of ${stringsIn(params['allowedValues']).join(', ')}`;
    case 'type':
    case 'pattern': {
      const values = stringsIn(parentSchema['enum']);
      if (values.length > 0) return `must be one of ${values.join(', ')}`;
      // Titles say what a text must look like; those of mappings and lists only name them.
      const noun = nouns[String(params['type'])];
      return `must be ${typeof title === 'string' && (!noun || noun === nouns['string']) ? title : (noun ?? 'of another type')}`;
    }
    case 'required':
      return `needs the key ${String(params['missingProperty'])}`;
    case 'dependentRequired':
      return `may have the key ${String(params['property'])} only beside ${String(params['missingProperty'])}`;
    case 'oneOf':
      return `needs exactly one of ${alternatives(parentSchema).join(', ')}`;
    case 'minItems':
      return 'must have at least one entry';
    default:
      return message ?? `breaks ${keyword}`;
  }
}

/** Says each schema error with its place, the key and what is allowed. */
export function explain(errors: readonly SchemaError[], parsed: Parsed): readonly ConfigError[] {
  return errors
    .filter(({ schemaPath }) => !/\/oneOf\/\d+\//.test(schemaPath)) // the `oneOf` itself says it once
    .map((error) => {
      const path = segmentsOf(error.instancePath);
      if (error.keyword === 'additionalProperties') {
        const key = parsed.keyAt([...path, String(error.params['additionalProperty'])]);
        return { ...key, message: unknownKey(path, error) };
      }
      const subject = path.length === 0 ? 'the config' : pathText(path);
      return { ...parsed.valueAt(path), message: `${subject} ${mustBe(error)}` };
    });
}
