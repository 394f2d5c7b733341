// The shop's application: pages from the database, a session file per visit, a payment service elsewhere.
import http from "node:http";
import { readSettings, settingsOf, watchMode } from "./settings.mjs";
import { createSessions } from "./sessions.mjs";
import { createWorkers } from "./workers.mjs";
import { createPages } from "./pages.mjs";
import { log } from "./log.mjs";

const settings = readSettings(process.env.SHOP_SETTINGS ?? "/etc/shop/app.json");
const mode = watchMode(settings.modeFile);
const sessions = createSessions(settings.sessions);
const workers = createWorkers(settings.workers);
const pages = createPages(settings);

const server = http.createServer((request, response) => {
  response.sendDate = false; // the web server in front says the time
  serve(request, response).catch((error) => fail(request, response, error));
});
server.listen(settings.port, "127.0.0.1", () => log("INFO", `listening on 127.0.0.1:${settings.port}`));
// many more wait here than are worked on, as in any server that is behind
server.requestTimeout = 0;

async function serve(request, response) {
  const url = new URL(request.url ?? "/", "http://shop.test");
  await mode.obey(url.pathname, request.socket);
  if (response.destroyed) return;
  const release = await workers.take();
  try {
    await settingsOf(settings.urlsFile).pause(url.pathname);
    const session = sessions.open(request.headers.cookie);
    const { status, body, type } = await pages.show(url, session);
    response.writeHead(status, {
      "content-type": type ?? "text/html; charset=utf-8",
      "set-cookie": `sid=${session.id}; Path=/; HttpOnly`,
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  } finally {
    release();
  }
}

function fail(request, response, error) {
  log("ERROR", `${request.method} ${request.url}: ${error.stack ?? error}`);
  if (response.headersSent || response.destroyed) return response.destroy();
  const status = error.status ?? 500;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  return response.end(`<h1>${status}</h1><p>エラーが発生しました。しばらくしてからもう一度お試しください。</p>`);
}

process.on("SIGTERM", () => {
  log("INFO", "ending");
  server.close();
  server.closeAllConnections();
  void pages.close().finally(() => process.exit(0));
});
