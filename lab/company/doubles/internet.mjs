// What stands elsewhere on the Internet: a payment service, a provider's status page and feed, a registry, a blocklist, a mail server.
import http from "node:http";
import { answerBlocklist } from "./blocklist.mjs";
import { takeMail } from "./mail-server.mjs";
import { registrationOf } from "./registry.mjs";
import { pause, stateOf } from "./state.mjs";
import { statusPage } from "./status-page.mjs";

const payPort = 8088;
const registryPort = 8089;
const json = (reply, status, body) =>
  reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

const paid = {
  "/health": () => ({ status: "ok" }),
  "/v1/rate": () => ({ rate: 3.6 }),
  "/v1/charge": () => ({ authorisation: `A${Date.now().toString(36)}` }),
};

async function pay(request, reply) {
  const { mode, delaySeconds } = stateOf("pay", { mode: "normal", delaySeconds: 0 });
  if (delaySeconds > 0) await pause(delaySeconds * 1000);
  if (mode === "hang") return;
  if (mode === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  const { pathname } = new URL(request.url ?? "/", "http://pay.test");
  const known = paid[pathname];
  if (mode === "error") json(reply, 503, { error: "service unavailable" });
  else if (known === undefined) json(reply, 404, { error: "not found" });
  else json(reply, 200, known());
}

function registry(request, reply) {
  const domain = decodeURIComponent(/^\/rdap\/domain\/([^/?]+)/.exec(request.url ?? "")?.[1] ?? "");
  const { status, body } = registrationOf(domain);
  json(reply, status, body);
}

const serve = (handle, port) =>
  http
    .createServer((request, reply) => {
      request.resume();
      Promise.resolve(handle(request, reply)).catch(() => reply.destroy());
    })
    .listen(port, "0.0.0.0");

serve(pay, payPort);
serve(registry, registryPort);
serve(statusPage, 80);
answerBlocklist();
takeMail();
