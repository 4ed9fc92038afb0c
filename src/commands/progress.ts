import type { Aws } from '../aws/aws.ts';
import type { Terminal } from './terminal.ts';

// Often enough to be seen moving, rarely enough not to cost anything.
const interval = 100;

/** Counts answers on stderr while AWS is asked; only on a terminal, and gone when the report is printed. */
export function withProgress(aws: Aws, { progress }: { readonly progress: boolean }, terminal: Terminal): Aws {
  if (!progress || !terminal.showsProgress) return aws;
  let asked = 0;
  let answered = 0;
  let shown = 0;
  const show = () => {
    const now = terminal.now().getTime();
    if (now - shown < interval) return;
    shown = now;
    void terminal.err(`\r\u001b[Kasking AWS: ${answered} of ${asked} questions answered`);
  };
  return {
    ...aws,
    read: async (name, input, where) => {
      asked += 1;
      show();
      const outcome = await aws.read(name, input, where);
      answered += 1;
      show();
      return outcome;
    },
    accounts: async () => {
      await terminal.err('\r\u001b[K');
      return aws.accounts();
    },
  };
}
