import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of a test's own, for answers that the stand-in does not give. */
export interface OwnServer {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  readonly close: () => Promise<void>;
}

/** Serves on a free port of 127.0.0.1; the body of each request has been read when the listener is called. */
export async function serve(answer: RequestListener): Promise<OwnServer> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    arrived.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
