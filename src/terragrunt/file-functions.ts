import { posix } from 'node:path';
import { type Datum, isMembers, Unevaluated } from '../hcl/expressions/datum.ts';
import { evaluate, evaluateValue } from '../hcl/expressions/evaluate.ts';
import { parseTemplate } from '../hcl/expressions/parse.ts';
import { CallFailure, constants, type HclFunction, NameFailure } from '../hcl/expressions/scope.ts';
import { locator } from '../hcl/position.ts';
import { parseArguments } from '../terraform/values/argument-file.ts';
import { isOpen, ofTexts, textOf } from './parameters.ts';
import type { Frame, Run } from './run.ts';

type Functions = ReadonlyMap<string, HclFunction>;

/** The text of a file below the audited root; one that is not there is an error of the call, which `try` catches. */
async function textAt({ library }: Run, absolute: string): Promise<{ readonly path: string; readonly text: string }> {
  const kind = await library.kind(absolute);
  if (kind === 'outside') throw new NameFailure('the file is outside the audited root');
  if (kind === 'absent') throw new CallFailure('there is no such file');
  const reading = await library.text(absolute);
  if ('problem' in reading) throw new NameFailure(reading.problem.message);
  return reading;
}

/** `templatefile`: its template knows the names that it is given, and no functions that read files. */
async function renderTemplate(run: Run, path: string, given: Datum, functions: Functions): Promise<Datum> {
  if (isOpen(given)) return given;
  if (!isMembers(given)) throw new CallFailure('the variables of a template are an object');
  const { path: shown, text } = await textAt(run, path);
  const template = parseTemplate(text);
  if (!('tree' in template)) throw new CallFailure(`${shown} is no valid template: ${template.message}`);
  const lookup = async (name: string, attribute: string | null): Promise<Datum> => {
    const found = given.get(name);
    if (found === undefined) throw new NameFailure('the template is not given this name');
    if (attribute === null || found instanceof Unevaluated) return found;
    const member = isMembers(found) ? found.get(attribute) : undefined;
    if (member === undefined) throw new NameFailure('there is no such attribute');
    return member;
  };
  const source = { path: shown, text, position: locator(text), syntax: 'native' as const };
  return evaluate(template.tree, { source, scope: { lookup, functions } });
}

/** `read_tfvars_file` gives JSON text, of a JSON file its own (`readTFVarsFileImpl` in pkg/config/config_helpers.go). */
async function readVariables(run: Run, absolute: string, functions: Functions): Promise<Datum> {
  const { path, text } = await textAt(run, absolute);
  if (path.endsWith('json')) return text;
  const { body, error, source } = parseArguments(path, text);
  if (error) throw new CallFailure(`${path} does not parse: ${error.message}`);
  const found = new Map<string, Datum>();
  for (const { name, value } of body.attributes.values()) {
    found.set(name, await evaluateValue(value, { source, scope: constants }));
  }
  const encode = functions.get('jsonencode');
  if (!encode) throw new NameFailure('its values are not evaluated here');
  return encode([found]);
}

/** Which file of a directory `read_terragrunt_config` takes: `GetDefaultConfigPath` in pkg/config/config.go. */
async function configIn({ library }: Run, path: string): Promise<string> {
  if ((await library.kind(path)) !== 'directory') return path;
  const json = posix.join(path, 'terragrunt.hcl.json');
  return (await library.kind(json)) === 'absent' ? posix.join(path, 'terragrunt.hcl') : json;
}

/**
 * `read_terragrunt_config` (`ParseTerragruntConfig` in pkg/config/config_helpers.go): the file is evaluated for its own place,
 * its includes merged in; a file that is not there is the default, where one is given.
 */
async function readConfig(run: Run, frame: Frame, [target, standard]: readonly Datum[]): Promise<Datum> {
  if (target === undefined) throw new CallFailure('it takes a path');
  if (isOpen(target)) return target;
  const path = await configIn(run, posix.resolve(posix.dirname(frame.config), textOf(target)));
  const kind = await run.library.kind(path);
  if (kind === 'outside') throw new NameFailure('the file is outside the audited root');
  if (kind === 'absent') {
    if (standard !== undefined) return standard;
    throw new CallFailure('there is no such file');
  }
  const file = await run.library.config(path);
  if ('problem' in file) throw new NameFailure(file.problem.message);
  if (/terragrunt\.(?:values|stack|autoinclude\.stack)\.hcl$/.test(path))
    throw new NameFailure('files of stacks are not read here');
  run.touched.add(path);
  const configuration = run.open({ file, config: path, original: frame.original, included: false });
  return run.members(configuration);
}

/** The functions that read files, by what their relative paths count from: the file itself, or the unit that it is included in. */
export function fileFunctions(run: Run, frame: Frame, functions: Functions): Functions {
  const besideFile = (path: string): string => posix.resolve(posix.dirname(frame.file.absolute), path);
  const besideUnit = (path: string): string => posix.resolve(posix.dirname(frame.config), path);
  return new Map<string, HclFunction>([
    ['file', ofTexts([1, 1], async ([path = '']) => (await textAt(run, besideFile(path))).text)],
    [
      'fileexists',
      ofTexts([1, 1], async ([path = '']) => {
        const kind = await run.library.kind(besideFile(path));
        if (kind === 'outside') throw new NameFailure('the file is outside the audited root');
        return kind === 'file';
      }),
    ],
    [
      'templatefile',
      ([path, variables = null]) => {
        if (isOpen(path)) return path;
        return renderTemplate(run, besideFile(textOf(path ?? null)), variables, functions);
      },
    ],
    ['read_tfvars_file', ofTexts([1, 1], ([path = '']) => readVariables(run, besideUnit(path), functions))],
    ['read_terragrunt_config', (parameters) => readConfig(run, frame, parameters)],
  ]);
}
