import assert from "node:assert/strict";
import { test } from "node:test";
import {
  incidentOf,
  minuteMs,
  nightMs,
  resolvedIncident,
  serviceStatus,
  stampAt,
} from "../../test/doubles/page-facts.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { ServiceGiven } from "../../test/doubles/page-facts.ts";
import { nextNewsAfterMs, pageUpdates, type PageUpdate, type PublicUpdate } from "./notices.ts";

const zone = "Asia/Tokyo";
const names: Readonly<Record<string, string>> = { shop: "ネットショップ", mail: "メール", admin: "管理画面" };

function updates(
  incident: Incident,
  given: {
    readonly atMs: number;
    readonly told?: readonly PublicUpdate[];
    readonly services?: Readonly<Record<string, ServiceGiven>>;
    readonly hit?: readonly string[];
  },
): readonly PageUpdate[] {
  const { atMs, told = [], services = { shop: { state: "down" } }, hit = ["shop"] } = given;
  return pageUpdates({
    incident,
    told,
    hit: hit.map((key) => ({ key, name: names[key] ?? key })),
    services: Object.entries(services).map(([key, one]) => serviceStatus(key, one)),
    zone,
    at: stampAt(atMs),
  });
}

function says(update: PageUpdate | undefined): string {
  return update?.text.ja ?? "";
}

/** 2:MM of that night. */
function at(minute: number): number {
  return nightMs + (minute - 31) * minuteMs;
}

test("the first notice says since when, what, and what is done about it", () => {
  const [first] = updates(incidentOf(["shop"]), { atMs: at(12) });
  assert.equal(first?.atMs, at(12));
  assert.equal(
    says(first),
    "11月22日(日) 2時11分ごろから、ネットショップをご利用いただけない状態です。現在、原因を調べております。",
  );
  assert.equal(
    first?.text.en,
    "Since about 02:11 JST on Sun 22 Nov, ネットショップ cannot be used. We are looking into it.",
  );
});

test("how badly it hits is said as it is", () => {
  const slow = updates(incidentOf(["shop"], { severity: "warning" }), { atMs: at(12) });
  assert.match(says(slow[0]), /ネットショップがつながりにくい状態です/);
  const suffering = incidentOf(["db"], { affected: [{ component: "service:shop", because: "service:db" }] });
  assert.match(
    says(updates(suffering, { atMs: at(12) })[0]),
    /ネットショップに影響が出ており、ご利用いただけない場合が/,
  );
  const both = incidentOf(["shop"], { affected: [{ component: "service:admin", because: "service:shop" }] });
  assert.match(
    says(updates(both, { atMs: at(12), hit: ["shop", "admin"] })[0]),
    /ネットショップをご利用いただけない状態です。管理画面にも影響が出ております。/,
  );
});

test("news is promised on the half hour, at least 20 minutes ahead", () => {
  const first = updates(incidentOf(["shop"]), { atMs: at(12) });
  assert.equal(nextNewsAfterMs(first, at(12)), at(60));
  const told = updates(incidentOf(["shop"]), {
    atMs: at(31),
    told: [{ at: stampAt(at(31)), state: "identified", text: { ja: "判明", en: "found" } }],
  });
  assert.equal(nextNewsAfterMs(told, at(31)), at(60));
});

test("a promise nobody kept is kept by itself, with the next one half an hour later", () => {
  const incident = incidentOf(["shop"]);
  const [still, first] = updates(incident, { atMs: at(61) });
  assert.equal(still?.kind, "still");
  assert.equal(still?.atMs, at(60));
  assert.match(says(still), /^3時現在も、ネットショップをご利用いただけない状態です\(発生から49分\)。/);
  assert.equal(first?.kind, "first");
  assert.equal(
    nextNewsAfterMs(
      [still].filter((one) => one !== undefined),
      at(61),
    ),
    at(90),
  );
  assert.deepEqual(updates(incident, { atMs: at(89) })[0], still);
  assert.equal(updates(incident, { atMs: at(95) })[0]?.atMs, at(90));
});

test("what is said at the promised time is what was true then", () => {
  const incident = incidentOf(["shop"]);
  const backLater = { shop: { state: "ok", sinceMs: at(70) } } as const;
  assert.match(says(updates(incident, { atMs: at(75), services: backLater })[0]), /^3時現在も、ネットショップをご利用/);
  const backBefore = { shop: { state: "ok", sinceMs: at(58) } } as const;
  assert.match(says(updates(incident, { atMs: at(61), services: backBefore })[0]), /3時現在、ネットショップは正常に/);
  const unseen = { shop: { state: "unknown", sinceMs: at(58) } } as const;
  assert.match(
    says(updates(incident, { atMs: at(61), services: unseen })[0]),
    /ネットショップの状況を確認できておりません/,
  );
});

test("what people wrote stands in its place, newest first", () => {
  const told: readonly PublicUpdate[] = [
    { at: stampAt(at(20)), state: "identified", text: null },
    { at: stampAt(at(25)), state: "fixing", text: { ja: "交換中です。", en: "Replacing it." } },
    { at: stampAt(at(26)), state: "investigating", text: null },
  ];
  const all = updates(incidentOf(["shop"]), { atMs: at(31), told });
  assert.deepEqual(
    all.map(({ kind, state }) => `${kind} ${state}`),
    ["told fixing", "told identified", "first investigating"],
  );
  assert.match(says(all[1]), /原因が判明し、復旧作業をしております/);
});

test("the end says when and how long", () => {
  const [end] = updates(resolvedIncident(241, ["shop"], at(58)), { atMs: at(90) });
  assert.equal(
    says(end),
    "11月22日(日) 2時58分に復旧いたしました(停止 46分)。ご不便をおかけし申し訳ございませんでした。",
  );
  const slow = { ...resolvedIncident(241, ["shop"], at(58)), severity: "warning" as const };
  assert.match(says(updates(slow, { atMs: at(90) })[0]), /\(影響 46分\)/);
  const withdrawn = { ...resolvedIncident(241, ["shop"], at(58)), state: "false-alarm" as const };
  assert.match(says(updates(withdrawn, { atMs: at(90) })[0]), /このお知らせを取り消します/);
});
