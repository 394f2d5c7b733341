import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../test/doubles/recover-drill-random.ts";
import type { FileEntry } from "../restore/ports.ts";
import { bytePath } from "../restore/units.ts";
import { cutIntoLots } from "./lots.ts";
import { drawSample, type Sample, type StartNeeds } from "./sample.ts";

/** Files with their sizes, and every folder above them up to the root. */
function listed(root: string, files: Readonly<Record<string, number>>): readonly FileEntry[] {
  const bare = { changedAtMs: null, sha256: null, isSparse: false, isLive: false, linkGroup: null };
  const folders = new Set<string>([root]);
  for (const name of Object.keys(files)) {
    const parts = name.split("/");
    for (let at = 1; at < parts.length; at++) folders.add(`${root}/${parts.slice(0, at).join("/")}`);
  }
  return [
    ...[...folders].map((path) => ({ ...bare, path: bytePath(path), type: "folder" as const, bytes: 0 })),
    ...Object.entries(files).map(([name, bytes]) => ({
      ...bare,
      path: bytePath(`${root}/${name}`),
      type: "file" as const,
      bytes,
    })),
  ];
}

function many(folder: string, count: number, bytes: number): Readonly<Record<string, number>> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}${at}`, bytes]));
}

const cut = (manifest: readonly FileEntry[], mostBytes: number, mostLots = 1_000): readonly string[] =>
  cutIntoLots({ manifest, roots: ["/srv"], mostBytes, mostLots })
    .map(({ path }) => path)
    .sort();

test("what lies in a root is drawn, folders and files alike; a folder that is too large is cut further down", () => {
  const manifest = listed("/srv", { "mail/a": 5, "mail/b": 5, "shop/in/x": 90, "shop/in/y": 90, "shop/z": 1, note: 1 });
  assert.deepEqual(cut(manifest, 1_000), ["/srv/mail", "/srv/note", "/srv/shop"]);
  assert.deepEqual(cut(manifest, 100), ["/srv/mail", "/srv/note", "/srv/shop/in/x", "/srv/shop/in/y", "/srv/shop/z"]);
});

test("a folder of very many names stays whole, and so does one whose names are no text", () => {
  const manifest = listed("/srv", { ...many("flat/", 50, 10), "deep/a": 300, "deep/b": 300 });
  assert.deepEqual(cut(manifest, 100, 20), ["/srv/deep/a", "/srv/deep/b", "/srv/flat"]);
  const [first, ...others] = listed("/srv", { "old/a": 300, "old/b": 300 });
  assert.ok(first !== undefined);
  const bytes = others.map((entry) => ({ ...entry, path: entry.path.replace(/b$/, "\xa4") }));
  assert.deepEqual(cut([first, ...bytes], 100), ["/srv/old"]);
});

const shop = listed("/srv", {
  ...many("data/f", 60, 1_000),
  ...many("漢字/f", 30, 1_000),
  "app/server.mjs": 10,
  "app/uploads/1": 4_000,
  "app/uploads/2": 4_000,
  "app/lib/a.mjs": 10,
  "etc/shop.conf": 5,
});
const draw = (seed: number, needs: StartNeeds | null = null, bytes = 0): Sample =>
  drawSample({ manifest: shop, roots: ["/srv"], least: { ratio: 0.1, bytes }, needs, random: seeded(seed) });

test("a tenth is drawn at least, another one for another seed, and what was taken is counted", () => {
  const first = draw(1);
  assert.deepEqual(first, draw(1));
  assert.notDeepEqual(first.paths, draw(2).paths);
  assert.equal(first.whole.files, 95);
  assert.ok(first.taken.bytes >= first.whole.bytes / 10 && first.taken.bytes < first.whole.bytes / 4);
  assert.ok(first.paths?.every((path) => path.startsWith("/srv/")));
});

test("less than the least a sample holds is taken whole", () => {
  const sample = draw(1, null, 5e9);
  assert.deepEqual([sample.paths, sample.taken], [null, sample.whole]);
});

test("whatever is drawn, programs and settings that the start names come along, the data beside them by lot", () => {
  const needs = { folders: ["/srv/etc"], named: ["/srv/app", "/srv/app/server.mjs", "/"] };
  let uploads = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const paths = draw(seed, needs).paths ?? [];
    for (const wanted of ["/srv/app/server.mjs", "/srv/app/lib", "/srv/etc"]) assert.ok(paths.includes(wanted), wanted);
    uploads += paths.filter((path) => path.startsWith("/srv/app/uploads")).length;
    assert.equal(new Set(paths).size, paths.length);
  }
  assert.ok(uploads < 24, "the uploads are not among what a start needs");
});

test("a sample is drawn from the very large in little time", () => {
  const files = Object.fromEntries(
    Array.from({ length: 200_000 }, (_, at) => [`d${at % 40}/e${at % 4_000}/f${at}`, 1_000 + (at % 7) * 500]),
  );
  const manifest = listed("/srv", files);
  const began = performance.now();
  const { paths } = drawSample({
    manifest,
    roots: ["/srv"],
    least: { ratio: 0.1, bytes: 0 },
    needs: null,
    random: seeded(3),
  });
  assert.ok((paths?.length ?? 0) > 10 && (paths?.length ?? 0) <= 300, String(paths?.length));
  assert.ok(performance.now() - began < 5_000);
});
