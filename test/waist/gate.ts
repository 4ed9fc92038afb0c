import { createServer, type ServerResponse } from 'node:http';

/** A server that keeps requests waiting until enough of them wait at once. */
export interface Gate {
  readonly url: string;
  /** Most requests that were in flight at once. */
  readonly most: () => number;
  readonly served: () => number;
  readonly close: () => Promise<void>;
}

const identity =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/operator</Arn><UserId>AIDA</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const role = '<GetRoleResponse><GetRoleResult><Role><Arn>r</Arn></Role></GetRoleResult></GetRoleResponse>';
const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';

// Turns of the event loop in which a request too many would arrive.
const patience = 50;

/** Starts a gate that opens whenever `holds` requests wait, or all that are left of `requests`. */
export async function gate({ holds, requests }: { holds: number; requests: number }): Promise<Gate> {
  let waiting: { readonly response: ServerResponse; readonly body: string }[] = [];
  let most = 0;
  let served = 0;
  const answer = (response: ServerResponse, body: string) =>
    response.writeHead(200, { 'x-amz-request-id': 'G', 'x-amzn-requestid': 'G', 'content-type': 'text/xml' }).end(body);
  const open = async (): Promise<void> => {
    for (let turn = 0; turn < patience; turn += 1) await new Promise(setImmediate);
    most = Math.max(most, waiting.length);
    const released = waiting;
    waiting = [];
    served += released.length;
    for (const { response, body } of released) answer(response, body);
  };
  const server = createServer(async (message, response) => {
    let form = '';
    for await (const chunk of message) form += String(chunk);
    if (form.includes('GetCallerIdentity')) {
      answer(response, identity);
      return;
    }
    waiting.push({ response, body: form.includes('GetRole') ? role : versioning });
    most = Math.max(most, waiting.length);
    if (waiting.length === Math.min(holds, requests - served)) await open();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    most: () => most,
    served: () => served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
