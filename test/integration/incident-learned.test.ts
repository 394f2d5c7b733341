import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { until } from "../doubles/hub-process.ts";
import { openDoor, type HubDoor } from "./hub-door.ts";

interface IncidentJson {
  readonly id: number;
  readonly timeline: readonly { readonly kind: string; readonly actor: string }[];
}
interface PictureJson {
  readonly url: string;
  readonly media: string;
  readonly bytes: number;
}
interface LearnedJson {
  readonly cases: readonly { readonly id: number; readonly cause: string; readonly withdrawn: boolean }[];
}

// A page that breaks, watched by a real browser: what it showed is kept, and a cause confirmed by mistake is taken back.
let site: http.Server;
let isBroken = false;
let door: HubDoor;
let signed: { readonly cookie: string; readonly csrf: string };
let incident: number;

before(async () => {
  site = http.createServer((_request, response) => {
    response.writeHead(isBroken ? 503 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(isBroken ? "<h1 style='background:#c00'>only for now</h1>" : "<h1>welcome</h1>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const { port } = site.address() as AddressInfo;
  door = await openDoor({
    config: `version: 1
people: { me: me@example.jp }
services: { shop: { checks: [{ browser: "http://127.0.0.1:${port}/", every: 10s, timeout: 10s }] } }`,
  });
  signed = await door.signIn();
  await until("the page is well", async () => {
    const { services } = await door.hub.get<{ services: readonly { state: string }[] }>("/api/v1/status");
    return services.every(({ state }) => state === "ok");
  });
  isBroken = true;
  incident = await until("an incident", async () => {
    const { items } = await door.hub.get<{ items: readonly IncidentJson[] }>("/api/v1/incidents?state=open");
    return items[0]?.id;
  });
});
after(async () => {
  await door?.stop();
  site?.closeAllConnections();
  site?.close();
});

function pictures(): Promise<{ readonly items: readonly PictureJson[] }> {
  return door.hub.get(`/api/v1/incidents/${incident}/pictures`);
}

async function kinds(): Promise<readonly string[]> {
  return (await door.hub.get<IncidentJson>(`/api/v1/incidents/${incident}`)).timeline.map(({ kind }) => kind);
}

async function room(): Promise<{ readonly text: string; readonly csp: string }> {
  const { text, headers } = await door.ask({ path: `/i/${incident}`, headers: { cookie: signed.cookie } });
  return { text, csp: headers["content-security-policy"] ?? "" };
}

test("what the page showed when it first failed is kept once, small, shown in the incident and to nobody without a login", async () => {
  const [picture, ...more] = await until("a picture", async () => {
    const { items } = await pictures();
    return items.length > 0 && items;
  });
  assert.ok(picture !== undefined && more.length === 0);
  assert.equal(picture.media, "image/jpeg");
  assert.ok(picture.bytes > 1_000 && picture.bytes <= 200_000, String(picture.bytes));
  const shown = await door.ask({ path: picture.url, headers: { cookie: signed.cookie } });
  assert.deepEqual(
    [shown.status, shown.headers["content-type"], shown.headers["x-content-type-options"]],
    [200, "image/jpeg", "nosniff"],
  );
  assert.match(shown.headers["content-security-policy"] ?? "", /default-src 'none'; sandbox/);
  assert.equal((await door.ask({ path: picture.url })).status, 401);
  const { cookie } = signed;
  assert.equal((await door.ask({ path: picture.url, port: door.publicPort, headers: { cookie } })).status, 404);
  assert.equal((await door.ask({ path: picture.url.replace(/\d+$/, "77"), headers: { cookie } })).status, 404);
  const { text, csp } = await room();
  assert.ok(text.includes(`src="${picture.url}"`) && /img-src 'self' data:/.test(csp), csp);
  assert.ok((await kinds()).includes("incident.picture-kept"));
  const report = await door.ask({ path: `/i/${incident}/report?version=internal`, headers: { cookie } });
  assert.ok(report.text.includes(`/i/${incident}#pictures`), "the internal report leads to it");
});

test("a cause confirmed by mistake is taken back by page, command line and API, and counts again when asked", async () => {
  await door.hub.post(`/api/v1/incidents/${incident}/confirm-cause`, { cause: "disk-full", component: null, note: "" });
  const standing = async (): Promise<readonly boolean[]> =>
    (await door.hub.get<LearnedJson>("/api/v1/diagnosis/learned")).cases.map(({ withdrawn }) => !withdrawn);
  assert.deepEqual(await standing(), [true]);
  const { text } = await room();
  assert.ok(text.includes('action="/learned/cases/1"'));
  const form = { csrf: signed.csrf, back: `/i/${incident}`, withdrawn: "yes" };
  const { cookie } = signed;
  const stranger = await door.ask({
    method: "POST",
    path: "/learned/cases/1",
    headers: { cookie },
    form: { withdrawn: "yes" },
  });
  assert.equal(stranger.status, 403);
  assert.deepEqual(await standing(), [true]);
  const taken = await door.ask({ method: "POST", path: "/learned/cases/1", headers: { cookie }, form });
  assert.deepEqual([taken.status, taken.headers["location"]], [303, `/i/${incident}`]);
  assert.deepEqual(await standing(), [false]);
  assert.ok((await kinds()).includes("incident.cause-withdrawn"));
  assert.throws(() => door.command(["incident", "withdraw-cause", String(incident)]), /KB4413/);

  assert.match(door.command(["cause", "learned", "--restore", "1"]), /counts again/);
  assert.deepEqual(await standing(), [true]);
  assert.match(door.command(["incident", "withdraw-cause", String(incident)]), /taken back: disk-full/);
  assert.deepEqual(await standing(), [false]);
  assert.match(door.command(["cause", "learned"]), /The disk is full.*\[taken back\]/);
  const page = await door.ask({ path: "/learned", headers: { cookie } });
  assert.ok(page.status === 200 && page.text.includes(`href="/i/${incident}"`));
  await assert.rejects(door.hub.post("/api/v1/diagnosis/cases/99", { withdrawn: true }), /KB1002/);
  await assert.rejects(
    door.hub.post("/api/v1/diagnosis/habits", { evidence: "hs.disk", target: "host:web1", withdrawn: true }),
    /KB1002/,
  );
});

test("that it is none of the catalogue's causes can be confirmed, too", async () => {
  await door.hub.post(`/api/v1/incidents/${incident}/confirm-cause`, {
    cause: "other-unknown",
    component: "service:shop",
  });
  assert.match(door.command(["cause", "learned"]), /A cause that is not in the catalogue \(service:shop\)/);
});
