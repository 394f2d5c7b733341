import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import { buffer } from "node:stream/consumers";
import tls, { type TLSSocket } from "node:tls";

/**
 * Asks a hub on this machine whose certificate lies on this machine, too: exactly that certificate is believed, whatever
 * name it carries and whoever signed it. Otherwise like `fetch`.
 * @param certFile the certificate of `hub.tls`
 * @throws Error when the hub shows another one; nothing was sent then
 */
export async function fetchPinned(
  url: URL,
  init: { method: string; headers: Readonly<Record<string, string>>; body?: string; signal: AbortSignal },
  certFile: string,
): Promise<Response> {
  const socket = await connectPinned(url, init.signal, certFile);
  const request = http.request(url.href.replace(/^https:/, "http:"), {
    method: init.method,
    headers: { ...init.headers, connection: "close", host: url.host },
    createConnection: () => socket,
    signal: init.signal,
  });
  request.end(init.body);
  const [answer] = (await once(request, "response", { signal: init.signal })) as [http.IncomingMessage];
  const type = answer.headers["content-type"];
  return new Response(await buffer(answer), {
    status: answer.statusCode ?? 500,
    ...(type === undefined ? {} : { headers: { "content-type": type } }),
  });
}

async function connectPinned(url: URL, signal: AbortSignal, certFile: string): Promise<TLSSocket> {
  const wanted = new X509Certificate(fs.readFileSync(certFile)).fingerprint256;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // no authority is asked: the comparison below is stricter than any
  const socket = tls.connect({ host, port: Number(url.port || 443), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal });
    const shown = socket.getPeerX509Certificate()?.fingerprint256;
    if (shown !== wanted) throw new Error(`${url.host} does not show the certificate of ${certFile}`);
    return socket;
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}
