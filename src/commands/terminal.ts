import type { Environment } from '../model/effects.ts';

/** The process, as the commands may see it. */
export interface Terminal {
  readonly environment: Environment;
  readonly workingDirectory: string;
  /** Resolves when the text has been handed over, so that a pipe never loses its end. */
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => Promise<void>;
  /** All of stdin as UTF-8 text; a `UsageError` when it has more bytes than that, or is a terminal that nobody types at. */
  readonly input: (mostBytes: number) => Promise<string>;
  /** Columns of the terminal behind stdout; null when it is not a terminal. */
  readonly columns: number | null;
  /** True when stderr is a terminal: only then is progress shown. */
  readonly showsProgress: boolean;
  readonly now: () => Date;
  /** Calls back with the exit code when the user interrupts; returns a function that stops listening. */
  readonly onInterrupt: (listener: (exitCode: number) => void) => () => void;
}

/** A mistake of the user: a wrong option, path or file. Exit code 2; the message says what is wrong and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something outside the audit that failed, such as an output that cannot be written. Exit code 3. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
