import { createServer, type Server } from 'node:http';

/** A server that answers everything like an AWS without anything in it, and counts. */
export interface Listener {
  readonly url: string;
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(): Promise<Listener> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(404, { 'x-amz-request-id': 'LISTENER' }).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
