import assert from "node:assert/strict";
import { test } from "node:test";
import { watchedSite } from "../../../test/doubles/watched-site.ts";
import { createSubjects } from "./subjects.ts";

const site = watchedSite({
  hosts: { web1: {}, db1: {} },
  services: { shop: { on: "web1", target: "https://shop.example.jp/" }, 受注: { target: "tcp://198.51.100.7:5432" } },
});
const hosts = new Map(
  [...site.hosts].map(([key, host]) => [key, key === "db1" ? { ...host, address: "198.51.100.9" } : host]),
);
const subjects = createSubjects({ ...site, hosts });

const cases: readonly (readonly [Record<string, string>, string])[] = [
  [{ koboshi_service: "shop", service: "受注" }, "service:shop"],
  [{ service: "SHOP" }, "service:shop"],
  [{ service: "受注", instance: "web1:9100" }, "service:受注"],
  [{ instance: "web1:9100", job: "node" }, "host:web1"],
  [{ instance: "198.51.100.9:9100" }, "host:db1"],
  [{ instance: "https://shop.example.jp/" }, "service:shop"],
  [{ instance: "https://user:pw@shop.example.jp:8443/health?x=1" }, "service:shop"],
  [{ host: "WEB1" }, "host:web1"],
  [{ alertname: "Disk\nfull\u202e", instance: "[2001:db8::1]:9100" }, "alert:Disk full"],
  [{ alertname: "x".repeat(300) }, `alert:${"x".repeat(100)}`],
  [{ severity: "critical" }, "alert:alert"],
];

for (const [labels, wanted] of cases) {
  test(`${JSON.stringify(labels).slice(0, 70)} is about ${wanted.slice(0, 30)}`, () => {
    assert.equal(
      subjects.of({ alertname: "A", ...labels, ...(labels["severity"] === undefined ? {} : { alertname: "" }) }),
      wanted,
    );
  });
}
