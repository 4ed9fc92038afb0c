import type { ServerResponse } from 'node:http';

/** How the stand-in fails to answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'reset' | 'html' | 'truncated' | 'silence' | 'huge' }
  | { readonly kind: 'body'; readonly body: string };

/** Fails in place of an answer. */
export function fail(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, fault.headers ?? {}).end('busy');
      return;
    case 'reset':
      response.socket?.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      return;
    case 'truncated':
      response.writeHead(200).end('{"data":{"searchStacks":{"edges":[');
      return;
    case 'huge':
      response.writeHead(200);
      pour(response, 70);
      return;
    case 'body':
      response.writeHead(200).end(fault.body);
      return;
    case 'silence':
      return;
  }
}

/** Megabytes of a string that does not end, as fast as they are taken. */
function pour(response: ServerResponse, left: number): void {
  if (left === 0) response.end('"');
  else response.write('x'.repeat(2 ** 20), (error) => error || pour(response, left - 1));
}
