import { main } from '../../src/commands/main.ts';

/** What a run in this process left. */
interface RanHere {
  readonly exitCode: number;
  readonly stdout: string;
}

/**
 * Runs the program inside this process: dozens of runs would otherwise pay for starting Node each time. The SDK reads where AWS is
 * from the process, so its variables are set meanwhile; runs must not overlap.
 */
export async function runHere(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<RanHere> {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  let stdout = '';
  try {
    const exitCode = await main(args, {
      environment: env,
      workingDirectory: cwd,
      out: async (text) => {
        stdout += text;
      },
      err: async () => {},
      input: async () => '',
      columns: null,
      showsProgress: false,
      now: () => new Date(),
      onInterrupt: () => () => {},
    });
    return { exitCode, stdout };
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
