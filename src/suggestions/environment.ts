import { type Init, readArguments } from './arguments.ts';
import { tokenize } from './shell/tokens.ts';

/** `TF_CLI_ARGS_init`, and `TF_CLI_ARGS` that every command gets (Terraform, main.go, mergeEnvArgs). */
export const argumentsVariable = /^TF_CLI_ARGS(?:_init)?$/;

/**
 * What the value of such a variable says about the backend. Terraform splits it like a shell, but runs and expands nothing;
 * what a shell would take for an operator is therefore open. Offsets are those of the value.
 */
export function readEnvironment(value: string): Init | null {
  const tokens = tokenize(value);
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.word] : []));
  const operators = tokens.flatMap((token) =>
    token.kind === 'operator' && token.operator !== '\n' ? [token.operator] : [],
  );
  const init = readArguments(words);
  return init && operators.length > 0 ? { ...init, open: [...init.open, ...operators] } : init;
}
