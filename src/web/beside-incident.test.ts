import assert from "node:assert/strict";
import { test } from "node:test";
import type { Host, Service } from "../kernel/model/site.ts";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import { unlooked } from "../../test/doubles/bare-site.ts";
import { announcementsAbout } from "./beside-incident.ts";

const host = (key: string, at: string, segment: string | null = null): [string, Host] => [
  key,
  { key, at, segment, address: null, user: null, port: 22, hostKey: null, privateKey: null, ...unlooked },
];
const service = (key: string, on: string): [string, Service] => [key, { key, name: key, on, needs: [], priority: 2 }];
const site = {
  hosts: new Map([host("web1", "dc1", "rack-a"), host("web2", "dc1"), host("nas1", "office")]),
  services: new Map([service("shop", "web1"), service("files", "nas1")]),
  places: new Map([
    ["dc1", { key: "dc1", provider: "sakura", account: null, region: null }],
    ["office", { key: "office", provider: null, account: null, region: null }],
  ]),
};
const stamp = (atMs: number) => ({ atMs, monotonicMs: atMs, bootId: "boot-1" });
const incident = {
  state: "investigating",
  subject: "service:shop",
  services: ["shop"],
  affected: [],
  startedAt: stamp(1_000),
  resolvedAt: null,
} as const;
const announced: ProviderAnnouncement = {
  noticeId: 7,
  provider: "sakura",
  title: "maintenance",
  phase: "ongoing",
  kind: "maintenance",
  startMs: 500,
  endMs: 2_000,
  certain: true,
  hosts: [
    { host: "web1", confidence: 0.6 },
    { host: "web2", confidence: 0.95 },
  ],
  confidence: 0.95,
};

test("an announcement counts for the host that is touched, with its own confidence", () => {
  const [found] = announcementsAbout(site, incident, [announced]);
  assert.deepEqual([found?.confidence, found?.hosts.map((one) => one.host)], [0.6, ["web1"]]);
});

test("one about other machines, another provider or nothing of ours is not shown", () => {
  const others = { ...announced, hosts: [{ host: "web2", confidence: 0.95 }] };
  const elsewhere = { ...announced, provider: "aws" };
  assert.deepEqual(announcementsAbout(site, incident, [others, elsewhere]), []);
  const office = { ...incident, subject: "service:files", services: ["files"] } as const;
  assert.deepEqual(announcementsAbout(site, office, [announced]), []);
});

test("a place, a provider, a segment and an affected service lead to it as well", () => {
  for (const touched of [
    { subject: "place:dc1", services: [] },
    { subject: "provider:sakura", services: [] },
    { subject: "segment:rack-a", services: [] },
    { subject: "host:nas1", services: [], affected: [{ component: "service:shop", because: "host:nas1" }] },
  ] as const) {
    assert.equal(announcementsAbout(site, { ...incident, ...touched }, [announced]).length, 1, touched.subject);
  }
});

test("of an incident that is over only what was announced for its time remains, the surest first", () => {
  const over = { ...incident, state: "resolved", resolvedAt: stamp(3_000) } as const;
  const soon = { ...announced, noticeId: 8, startMs: 4_000, endMs: 5_000 };
  const unknown = { ...announced, noticeId: 9, startMs: null, endMs: null };
  const openEnd = { ...announced, noticeId: 10, endMs: null, hosts: [{ host: "web1", confidence: 1 }] };
  const found = announcementsAbout(site, over, [announced, soon, unknown, openEnd]).map(({ noticeId }) => noticeId);
  assert.deepEqual(found, [10, 7]);
  assert.equal(announcementsAbout(site, incident, [announced, soon, unknown, openEnd]).length, 4);
});
