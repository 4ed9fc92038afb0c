import type { SchemaError } from '../schema/config.ts';
import { ruleSettings } from './expectations.ts';
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
  return unknownName(`unknown key ${JSON.stringify(key)}${where}${elsewhere(path, key)}`, key, allowed);
}

/** Which rules have the setting that stands under another one. */
function elsewhere([section, ...below]: Path, key: string): string {
  const owners = section === 'rules' && below.length === 1 ? ruleSettings.get(key) : undefined;
  return owners
    ? ` (a setting of ${[owners.slice(0, -1).join(', '), ...owners.slice(-1)].filter(Boolean).join(' and ')})`
    : '';
}

/** The keys among which a `oneOf` or `anyOf` of bare `required` asks for some. */
const alternatives = (branches: unknown): string =>
  (Array.isArray(branches) ? branches : [])
    .flatMap((branch: unknown) =>
      typeof branch === 'object' && branch !== null && 'required' in branch ? stringsIn(branch.required) : [],
    )
    .join(', ');

const titleOf = (schema: unknown): string | undefined =>
  typeof schema === 'object' && schema !== null && 'title' in schema ? String(schema.title) : undefined;

function mustBe({ keyword, params, parentSchema, message }: SchemaError): string {
  const title = titleOf(parentSchema);
  switch (keyword) {
    case 'enum':
      return `must be one of ${stringsIn(params['allowedValues']).join(', ')}`;
    case 'type':
    case 'not':
    case 'minimum':
    case 'exclusiveMinimum':
    case 'pattern': {
      const values = stringsIn(parentSchema['enum']);
      if (values.length > 0) return `must be one of ${values.join(', ')}`;
      // Titles say what a text must look like; those of mappings and lists only name them.
      const noun = nouns[String(params['type'])];
      return `must be ${title !== undefined && (!noun || noun === nouns['string']) ? title : (noun ?? 'of another type')}`;
    }
    case 'required':
      return `needs the key ${String(params['missingProperty'])}`;
    case 'dependentRequired':
      return `may have the key ${String(params['property'])} only beside ${String(params['missingProperty'])}`;
    case 'oneOf':
      return `needs exactly one of ${alternatives(parentSchema['oneOf'])}`;
    case 'anyOf':
      return `needs at least one of ${alternatives(parentSchema['anyOf'])}`;
    case 'propertyNames':
      return `must be ${titleOf(parentSchema['propertyNames']) ?? 'another key'}`;
    case 'minProperties':
    case 'minItems':
      return 'must have at least one entry';
    default:
      return message ?? `breaks ${keyword}`;
  }
}

// The keyword above these says it once, as a whole.
const isPart = ({ schemaPath }: SchemaError): boolean => /\/((oneOf|anyOf)\/\d+|propertyNames)\//.test(schemaPath);

function explained(error: SchemaError, parsed: Parsed): ConfigError {
  const path = segmentsOf(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    const key = [...path, String(error.params['additionalProperty'])];
    return { ...parsed.keyAt(key), message: unknownKey(path, error) };
  }
  if (error.keyword === 'propertyNames') {
    const key = [...path, String(error.params['propertyName'])];
    return { ...parsed.keyAt(key), message: `the key ${pathText(key)} ${mustBe(error)}` };
  }
  const subject = path.length === 0 ? 'the config' : pathText(path);
  return { ...parsed.valueAt(path), message: `${subject} ${mustBe(error)}` };
}

/** Says each schema error with its place, the key and what is allowed. */
export const explain = (errors: readonly SchemaError[], parsed: Parsed): readonly ConfigError[] =>
  errors.filter((error) => !isPart(error)).map((error) => explained(error, parsed));
