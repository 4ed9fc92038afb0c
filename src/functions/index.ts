import type { HclFunction } from '../hcl/expressions/scope.ts';
import { collections } from './collections.ts';
import { conversions } from './conversion.ts';
import { dates } from './dates.ts';
import { encoding } from './encoding.ts';
import { formats } from './format.ts';
import { hashes } from './hashes.ts';
import { json } from './json.ts';
import { networks } from './networks.ts';
import { numbers } from './numbers.ts';
import { patterns } from './patterns.ts';
import { sets } from './sets.ts';
import { strings } from './strings.ts';
import { yaml } from './yaml.ts';

/**
 * Terraform's functions that need nothing but their parameters; those that read files, the clock or random values are not
 * among them (https://developer.hashicorp.com/terraform/language/functions). `try` and `can` belong to the evaluator.
 */
export const pureFunctions: ReadonlyMap<string, HclFunction> = new Map([
  ...strings,
  ...formats,
  ...patterns,
  ...collections,
  ...sets,
  ...numbers,
  ...conversions,
  ...encoding,
  ...json,
  ...yaml,
  ...hashes,
  ...networks,
  ...dates,
]);
