import { posix } from 'node:path';
import type { Attribute, Block, Value } from '../hcl/body.ts';
import { type Datum, Unevaluated } from '../hcl/expressions/datum.ts';
import { evaluateValue } from '../hcl/expressions/evaluate.ts';
import { NameFailure, type Scope } from '../hcl/expressions/scope.ts';
import { functionsOf } from './functions.ts';
import { includedFrame } from './included.ts';
import { readIncludes } from './includes.ts';
import { type Configuration, type Frame, type Include, type Includes, once, orUnknown, type Run } from './run.ts';

const VALUES = 'terragrunt.values.hcl';

/** The values that a stack gives to a unit: `terragrunt.values.hcl` beside the file (`ReadValues` in pkg/config/stack.go). */
async function readValues(
  { library, values: given }: Run,
  { file }: Frame,
  functions: Scope['functions'],
): Promise<Datum> {
  const generated = given.get(posix.dirname(file.absolute));
  if (generated !== undefined && generated !== null) return generated;
  const path = posix.join(posix.dirname(file.absolute), VALUES);
  if ((await library.kind(path)) === 'absent')
    throw new NameFailure(`a stack gives them in a ${VALUES} that is not here`);
  const values = await library.config(path);
  if ('problem' in values) throw new NameFailure(values.problem.message);
  const scope: Scope = { functions, lookup: async () => Promise.reject(new NameFailure('names are not allowed here')) };
  const found = new Map<string, Datum>();
  for (const [name, { value }] of values.body.attributes) {
    found.set(name, await evaluateValue(value, { source: values.source, scope }));
  }
  return found;
}

/** One member of an object, or all of it where no name is given. */
function memberOf(object: Datum, name: string | null, absent: string): Datum {
  if (name === null || object instanceof Unevaluated) return object;
  const member = object instanceof Map ? object.get(name) : undefined;
  if (member === undefined) throw new NameFailure(absent);
  return member;
}

const ABSENT_VALUE = 'the stack gives no such value';

class OpenConfiguration implements Configuration {
  readonly frame: Frame;
  readonly includes: () => Promise<Includes>;
  readonly features: () => Promise<ReadonlyMap<string, Datum>>;
  readonly #run: Run;
  readonly #definitions: ReadonlyMap<string, Attribute>;
  readonly #answers = new Map<string, () => Promise<Datum>>();
  readonly #values: () => Promise<Datum>;
  /** For include and feature blocks, which are read before there are locals and includes (`DecodeBaseBlocks` in config_partial.go). */
  readonly #early: Scope;
  readonly #scope: Scope;

  constructor(run: Run, frame: Frame) {
    this.#run = run;
    this.frame = frame;
    // Terragrunt takes one locals block only (`EvaluateLocalsBlock` in pkg/config/locals.go).
    this.#definitions = this.#blocks('locals')[0]?.body.attributes ?? new Map<string, Attribute>();
    const early = functionsOf(run, frame, async () => []);
    this.includes = once(() => readIncludes(frame, this.#early));
    this.#values = once(() => readValues(run, frame, early));
    this.features = once(() => this.#readFeatures());
    this.#early = { functions: early, lookup: (name, attribute) => this.#lookupEarly(name, attribute) };
    this.#scope = {
      functions: functionsOf(run, frame, this.includes),
      lookup: (name, attribute) => this.#lookup(name, attribute),
    };
  }

  #blocks(type: string): readonly Block[] {
    return this.frame.file.body.blocks.filter((block) => block.type === type);
  }

  evaluate(value: Value): Promise<Datum> {
    return evaluateValue(value, { source: this.frame.file.source, scope: this.#scope });
  }

  async locals(): Promise<Datum> {
    const found = new Map<string, Datum>();
    for (const [name, attribute] of this.#definitions) {
      found.set(name, await orUnknown({ file: this.frame.file, span: attribute }, () => this.#local(name)));
    }
    return found;
  }

  async #local(name: string): Promise<Datum> {
    const definition = this.#definitions.get(name);
    if (!definition) throw new NameFailure('no such local is declared');
    const answer = this.#answers.get(name) ?? once(() => this.#run.within(() => this.evaluate(definition.value)));
    this.#answers.set(name, answer);
    return answer();
  }

  async #readFeatures(): Promise<ReadonlyMap<string, Datum>> {
    const { source } = this.frame.file;
    const found = new Map<string, Datum>();
    for (const { labels, body } of this.#blocks('feature')) {
      const value = body.attributes.get('default')?.value;
      if (value) found.set(labels[0] ?? '', await evaluateValue(value, { source, scope: this.#early }));
    }
    return found;
  }

  /** The default of a feature: this file's, else that of the includes, the last ones first (`mergeIncludedFeatureFlags`). */
  async #feature(name: string): Promise<Datum> {
    let value = (await this.features()).get(name);
    const includes = value === undefined ? await this.includes() : [];
    if (includes instanceof Unevaluated) return includes;
    for (const include of [...includes].reverse()) {
      if (value !== undefined || include.strategy === 'no_merge') continue;
      const included = await includedFrame(this.#run, this.frame, include);
      if (included instanceof Unevaluated) return included;
      value = (await this.#run.open(included).features()).get(name);
    }
    if (value === undefined) throw new NameFailure('no such feature is declared');
    return new Map([
      ['name', name],
      ['value', value],
    ]);
  }

  async #exposed(include: Include): Promise<Datum> {
    if (include.expose instanceof Unevaluated) return include.expose;
    if (include.expose !== true) throw new NameFailure('the include block does not say expose = true');
    const included = await includedFrame(this.#run, this.frame, include);
    if (included instanceof Unevaluated) return included;
    return this.#run.members(this.#run.open(included));
  }

  /** `include.locals` of the only include where it has no label, else `include.NAME` (`includeMapAsCtyVal` in cty_helpers.go). */
  async #include(attribute: string | null): Promise<Datum> {
    const list = await this.includes();
    if (list instanceof Unevaluated) return list;
    const [only, ...others] = list;
    if (only?.name === '' && others.length === 0) {
      return memberOf(await this.#exposed(only), attribute, 'the included file has none');
    }
    if (attribute === null) throw new NameFailure('the includes are not evaluated as a whole');
    const named = list.findLast(({ name }) => name === attribute);
    if (!named) throw new NameFailure('there is no include block of this name');
    return this.#exposed(named);
  }

  async #lookupEarly(name: string, attribute: string | null): Promise<Datum> {
    if (name === 'values') return memberOf(await this.#values(), attribute, ABSENT_VALUE);
    throw new NameFailure('it has no value yet where includes and features are read');
  }

  async #lookup(name: string, attribute: string | null): Promise<Datum> {
    switch (name) {
      case 'local':
        return attribute === null ? this.locals() : this.#local(attribute);
      case 'include':
        return this.#include(attribute);
      case 'feature':
        if (attribute === null) throw new NameFailure('the features are not evaluated as a whole');
        return this.#feature(attribute);
      case 'values':
        return memberOf(await this.#values(), attribute, ABSENT_VALUE);
      case 'dependency':
        throw new NameFailure('the outputs of another unit are in its state, which is not read here');
      default:
        throw new NameFailure('Terragrunt knows no such name');
    }
  }
}

/** Opens a file: nothing of it is evaluated before it is asked for. */
export const openConfiguration = (run: Run, frame: Frame): Configuration => new OpenConfiguration(run, frame);
