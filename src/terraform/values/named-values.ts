import { pureFunctions } from '../../functions/index.ts';
import type { Attribute } from '../../hcl/body.ts';
import type { Datum } from '../../hcl/expressions/datum.ts';
import { evaluateValue } from '../../hcl/expressions/evaluate.ts';
import { NameFailure, type Scope } from '../../hcl/expressions/scope.ts';
import { type SourceFile, sourceOf } from '../files.ts';
import { fileFunctions } from './file-functions.ts';
import { type Definitions, inOverrideOrder, inputVariables, type NamedValuesRequest } from './input-variables.ts';

/** The names of a root module's expressions, as they stand in one workspace; with null, what hangs on the workspace has no value. */
export type NamedValues = (workspace: string | null) => Scope;

/** Locals by name; those of override files replace the others (`mergeFile` in Terraform's internal/configs/module.go). */
function localsOf(files: readonly SourceFile[]): Definitions {
  const found = new Map<string, { readonly file: SourceFile; readonly attribute: Attribute }>();
  for (const file of inOverrideOrder(files)) {
    for (const { type, body } of file.scan.body.blocks) {
      if (type !== 'locals') continue;
      for (const [name, attribute] of body.attributes) found.set(name, { file, attribute });
    }
  }
  return found;
}

/**
 * The names that OpenTofu evaluates in backends and module sources (internal/configs/static_scope.go): variables (default,
 * `TF_VAR_`, tfvars files, each over the one before), locals, `path` and the workspace, with the functions that need nothing
 * but the repository.
 */
export function namedValues(request: NamedValuesRequest): NamedValues {
  const { fs, directory, files } = request;
  const locals = localsOf(files);
  const functions = new Map([...pureFunctions, ...fileFunctions(fs, directory)]);
  const variable = inputVariables(request);

  return (workspace) => {
    const answers = new Map<string, Datum>();
    // Each local is evaluated with the chain of locals that led to it, so that a circle ends and says so.
    const within = (chain: readonly string[]): Scope => ({
      functions,
      lookup: (name, attribute) => lookup(name, attribute ?? '', chain),
    });
    async function local(name: string, chain: readonly string[]): Promise<Datum> {
      const answered = answers.get(name);
      if (answered !== undefined) return answered;
      if (chain.includes(name)) throw new NameFailure('the local refers to itself');
      if (chain.length >= DEEPEST_CHAIN) throw new NameFailure('locals refer to each other too deeply');
      const found = locals.get(name);
      if (!found) throw new NameFailure('no such local is declared');
      const context = { source: sourceOf(found.file), scope: within([...chain, name]) };
      const answer = await evaluateValue(found.attribute.value, context);
      answers.set(name, answer);
      return answer;
    }
    async function lookup(name: string, attribute: string, chain: readonly string[]): Promise<Datum> {
      if (name === 'var') return variable(attribute);
      if (name === 'local') return local(attribute, chain);
      if (name === 'path' && (attribute === 'module' || attribute === 'root')) return '.';
      if ((name === 'terraform' || name === 'tofu') && attribute === 'workspace') {
        if (workspace === null) throw new NameFailure('it depends on the workspace');
        return workspace;
      }
      throw new NameFailure('it is known only once the tool runs');
    }
    return within([]);
  };
}

// Far beyond any real module, and within what the stack holds.
const DEEPEST_CHAIN = 100;
