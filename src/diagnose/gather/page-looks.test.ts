import assert from "node:assert/strict";
import { test } from "node:test";
import { frontAndBehind as graph } from "../../../test/doubles/diagnosis-town.ts";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { attempt, watchedSite } from "../../../test/doubles/watched-site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { Watched } from "./attempts.ts";
import { pageEvidence } from "./page-looks.ts";
import { situationOf } from "./situation.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const site = watchedSite({ hosts: { web1: {} }, services: { web: { on: "web1" }, app: { on: "web1" } } });

function page(target: string, outcome: "up" | "down", vantage = "here"): Watched {
  const service = target.includes("/app/") ? "app" : "web";
  const check: CheckStatus = {
    id: `${service} ${target}`,
    service,
    kind: "http",
    name: service,
    target,
    everyMs: 5_000,
    state: outcome === "up" ? "ok" : "down",
    since: null,
    confirming: false,
    cells: [],
  };
  const usual = { totalP95Ms: 80 } as Watched["usual"];
  const now = attempt({ outcome, checkId: check.id, vantage, atMs: nowMs });
  return { check, vantage, now, usual, silence: "timeout", atMs: nowMs, earlier: [] };
}

function told(watched: readonly Watched[]): string | undefined {
  const cells = watched.map(({ check }) => check);
  const situation = situationOf({ subject: "service:web", startedAtMs: nowMs, nowMs, site, cells, graph });
  return pageEvidence(watched, situation, clock).seen.find(({ evidence }) => evidence === "ap.url")?.state;
}

const pages = [page("https://shop.test/app/a", "down"), page("https://shop.test/app/b", "up")];

test("a page that fails beside one that works is the page's matter, unless the server in front stumbles there, too", () => {
  assert.equal(told([...pages, page("https://shop.test/", "up")]), "yes");
  assert.equal(told([...pages, page("https://shop.test/", "down")]), undefined);
  assert.equal(told([...pages, page("https://shop.test/", "down", "va")]), "yes", "elsewhere is not there");
});
