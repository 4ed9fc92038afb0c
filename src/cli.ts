#!/usr/bin/env node
import process from 'node:process';
import { main } from './commands/main.ts';
import { textFrom } from './commands/stdin.ts';
import type { Terminal } from './commands/terminal.ts';

// The SDK says on every run that it will drop Node 20; our own engines field says what is supported.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const write = (stream: NodeJS.WriteStream) => (text: string) =>
  new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });

// Each write reports its own failure; without a listener the same failure would end the process a second time.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal: Terminal = {
  environment: process.env,
  workingDirectory: process.cwd(),
  out: write(process.stdout),
  err: write(process.stderr),
  input: (mostBytes) => textFrom(process.stdin, mostBytes),
  columns: process.stdout.isTTY ? process.stdout.columns : null,
  showsProgress: process.stderr.isTTY,
  now: () => new Date(),
  onInterrupt: (listener) => {
    const listeners = Object.entries(signals).map(([signal, exitCode]) => {
      const onSignal = () => listener(exitCode);
      process.once(signal, onSignal);
      return () => process.off(signal, onSignal);
    });
    return () => {
      for (const release of listeners) release();
    };
  },
};

// Set, not exit(): what is still being written to a pipe must get out.
process.exitCode = await main(process.argv.slice(2), terminal);
