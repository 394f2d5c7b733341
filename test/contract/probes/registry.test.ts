import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import type { Probe } from "../../../src/kernel/model/probe.ts";
import { probes } from "../../../src/observe/index.ts";

const all: readonly Probe[] = probes;

test("every probe file is registered, and named after its kind", () => {
  const files = fs
    .readdirSync("src/observe/probes")
    .filter((name) => name !== "index.ts" && !name.endsWith(".test.ts"));
  assert.deepEqual(all.map(({ kind }) => `${kind}.ts`).sort(), files.sort());
});

test("a probe's own key is its kind, and every key says in both languages what it is", () => {
  for (const { kind, schema, summary } of all) {
    assert.ok(schema instanceof z.ZodObject && kind in schema.shape, kind);
    assert.ok(summary.ja !== "" && summary.en !== "");
    for (const [name, field] of Object.entries(schema.shape)) {
      const { ja, en } = (field.meta() ?? {}) as { ja?: string; en?: string };
      assert.ok(ja !== undefined && en !== undefined, `${kind}.${name}`);
    }
  }
});

test("every scheme belongs to one probe, and its URL makes a check that names its target", () => {
  const schemes = all.flatMap(({ urlSchemes }) => urlSchemes);
  assert.equal(new Set(schemes).size, schemes.length);
  for (const probe of all) {
    for (const scheme of probe.urlSchemes) {
      // a domain is registered by name only
      for (const host of probe.kind === "domain" ? ["example.jp"] : ["www.example.jp", "[2001:db8::1]"]) {
        const spec = probe.schema.parse(probe.fromUrl(new URL(`${scheme}://${host}:4433`)));
        assert.deepEqual(probe.hosts(spec), [host.replace(/[[\]]/g, "")]);
        assert.ok(probe.target(spec).includes(host.replace(/[[\]]/g, "")), probe.target(spec));
      }
    }
  }
});

test("every probe's keys have a JSON Schema", () => {
  for (const { schema } of all) assert.equal(z.toJSONSchema(schema, { io: "input" })["type"], "object");
});
