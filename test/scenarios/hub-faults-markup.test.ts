import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort, startHub, until, type HubProcess } from "../doubles/hub-process.ts";
import { startRelay } from "../doubles/mail-relay.ts";

/** An element and a quote that ends an attribute: where either arrives as it is, the page was changed by a name. */
const hostile = `<x9q onload=alert(1)>"'><x9q x9a="1`;
const injected = /<x9q|["']>&lt;x9q onload=alert\(1\)&gt;"'>/;

test("markup in names, errors, reports of jobs, alerts and notes stays text on every page, the status page, its feeds, mails and reports", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-markup-"));
  const relay = await startRelay();
  const name = JSON.stringify(hostile);
  const hub = await startHub({
    folder,
    port: await freePort(),
    config: `version: 1
site: { name: ${name} }
people: { me: { name: ${name}, mail: me@example.jp } }
services: { shop: { name: ${name}, checks: [{ tcp: "127.0.0.1:9", name: ${name}, every: 1s }] } }
jobs: { nightly: { name: ${name}, every: 1d } }
status_page: { title: ${name}, publish: [{ to: "${folder}/page" }] }
notify: { channels: { mail: { smtp: "smtp://127.0.0.1:${relay.port}", from: koboshi@example.jp } } }`,
  });
  try {
    const token = fs.readFileSync(path.join(folder, "data/cli-token"), "utf8").trim();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { url } = await hub.post<{ url: string }>("/api/v1/jobs/nightly/address");
    await fetch(new URL(`${new URL(url).pathname}/fail`, hub.url), { method: "POST", body: hostile });
    const labels = { alertname: hostile, service: "shop", instance: hostile };
    const body = JSON.stringify([{ labels, annotations: { summary: hostile } }]);
    assert.equal((await fetch(`${hub.url}/api/v2/alerts`, { method: "POST", headers, body })).status, 200);
    await hub.post("/api/v1/notes", { kind: "change", text: hostile });
    await until("incidents", async () => (await incidentIds(hub)).length > 0);
    await until("a mail", async () => relay.mails.length > 0);
    const ids = await incidentIds(hub);
    const draft = { revision: 0, stage: "first", texts: { summary: hostile, directCause: hostile }, measures: [] };
    await hub.post(`/api/v1/incidents/${ids[0]}/report`, draft);

    const seen = [...(await pages(hub, ids)), ...published(path.join(folder, "page"))];
    for (const { mail } of relay.mails) seen.push(["mail", mail.html ?? ""]);
    const shown = seen.filter(([, text]) => text.includes("x9q"));
    assert.ok(shown.length > 10, `only ${shown.length} of ${seen.length} show the names`);
    for (const [where, text] of seen) {
      const found = injected.exec(text);
      assert.equal(found, null, `${where}: ${text.slice((found?.index ?? 0) - 100, (found?.index ?? 0) + 100)}`);
    }
  } finally {
    await hub.stop();
    await relay.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

async function incidentIds(hub: HubProcess): Promise<readonly number[]> {
  return (await hub.get<{ items: { id: number }[] }>("/api/v1/incidents?state=open")).items.map(({ id }) => id);
}

type Seen = [where: string, text: string];

/** Every page there is, in both languages, and every incident's report as a file. */
async function pages(hub: HubProcess, ids: readonly number[]): Promise<Seen[]> {
  const all = await hub.get<unknown>("/api/v1/pages");
  const patterns = [...new Set(JSON.stringify(all).match(/(?<=")\/[^"]*(?=")/g) ?? [])];
  assert.ok(patterns.length > 15, JSON.stringify(all));
  const check = (await hub.get<{ items: { id: string }[] }>("/api/v1/checks")).items[0]?.id ?? "";
  const routes = ids.flatMap((id) => [
    ...patterns.map((one) => one.replace(":id", String(id)).replace(":check", encodeURIComponent(check))),
    `/api/v1/incidents/${id}/report?format=html`,
    `/api/v1/incidents/${id}/report?format=html&version=internal`,
  ]);
  const filled = routes.map((one) =>
    one.replace("/services/:key", "/services/shop").replace("/jobs/:key", "/jobs/nightly"),
  );
  const searched = `/search?q=${encodeURIComponent(hostile)}`;
  const seen: Seen[] = [];
  for (const route of new Set([...filled, searched, `/services?q=${encodeURIComponent(hostile)}`, "/status/"])) {
    for (const lang of ["ja", "en"]) {
      const way = `${route}${route.includes("?") ? "&" : "?"}lang=${lang}`;
      const answer = await fetch(hub.url + way);
      assert.ok(answer.status < 500, `${way}: ${answer.status}`);
      seen.push([way, await answer.text()]);
    }
  }
  return seen;
}

function published(folder: string): Seen[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:html|xml)$/.test(name))
    .map((name): Seen => [name, fs.readFileSync(path.join(folder, name), "utf8")]);
}
