import crypto from "node:crypto";
import zlib from "node:zlib";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../kernel/model/snapshot.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { SnapshotPart, StoredSnapshot } from "../../storage/ledger/nouns/snapshots.ts";
import { isFull } from "./retention.ts";

/** As many as are looked through for the newest of each part. */
const mostHeads = 600;

/** Snapshots as they are kept: part by part, packed, and what is as before only once. */
export interface Shelf {
  put(snapshot: HostSnapshot): Promise<void>;
  /** The newest word on each part of complete snapshots not after that moment; null: there is none. */
  newest(host: string, untilMs: number): Promise<HostSnapshot | null>;
  /** the newest that is complete and was asked for every part, as it was taken; null: none is kept */
  lastWhole(host: string): Promise<HostSnapshot | null>;
  heads(host: string, limit: number): Promise<readonly StoredSnapshot[]>;
}

type Section = Readonly<Record<string, string>>;

export function createShelf(ledger: Ledger): Shelf {
  async function sectionsOf(id: number, wanted: readonly SnapshotSection[]): Promise<HostSnapshot["sections"]> {
    const parts = (await ledger.read.snapshotParts(id)).filter(({ section }) => wanted.includes(section));
    return Object.fromEntries(parts.map(({ section, body }) => [section, unpacked(body)]));
  }

  return {
    async put({ sections, ...head }) {
      const parts = snapshotSections.flatMap((section): readonly SnapshotPart[] => {
        const found = sections[section];
        return found === undefined ? [] : [packed(section, found)];
      });
      await ledger.transaction((tx) => tx.insertSnapshot(head, parts));
    },
    async newest(host, untilMs) {
      const all = await ledger.read.snapshotHeads({ host, untilMs, limit: mostHeads });
      const complete = all.filter(({ head }) => head.isComplete);
      const [newest] = complete;
      if (newest === undefined) return null;
      const sources = sourcesOf(complete);
      const found = await Promise.all(
        [...new Set(sources.values())].map((source) =>
          sectionsOf(
            source.id,
            [...sources].filter(([, from]) => from === source).map(([section]) => section),
          ),
        ),
      );
      const reasons = snapshotSections.flatMap((section): readonly (readonly [string, string])[] => {
        const why = sources.get(section)?.head.unobserved[section] ?? (sources.has(section) ? null : "not-asked");
        return why === null ? [] : [[section, why]];
      });
      return {
        ...newest.head,
        unobserved: Object.fromEntries(reasons),
        sections: inOrder(Object.assign({}, ...found) as HostSnapshot["sections"]),
      };
    },
    async lastWhole(host) {
      const all = await ledger.read.snapshotHeads({ host, untilMs: Number.MAX_SAFE_INTEGER, limit: mostHeads });
      const stored = all.find((one) => one.head.isComplete && isFull(one));
      return stored === undefined
        ? null
        : { ...stored.head, sections: inOrder(await sectionsOf(stored.id, snapshotSections)) };
    },
    heads: (host, limit) => ledger.read.snapshotHeads({ host, untilMs: Number.MAX_SAFE_INTEGER, limit }),
  };
}

/** For each part the newest snapshot that was asked for it: when that one could not see it, nobody can say how it is. */
function sourcesOf(newestFirst: readonly StoredSnapshot[]): ReadonlyMap<SnapshotSection, StoredSnapshot> {
  const sources = new Map<SnapshotSection, StoredSnapshot>();
  for (const section of snapshotSections) {
    const source = newestFirst.find(({ head }) => head.unobserved[section] !== "not-asked");
    if (source !== undefined) sources.set(section, source);
  }
  return sources;
}

function inOrder(sections: HostSnapshot["sections"]): HostSnapshot["sections"] {
  return Object.fromEntries(
    snapshotSections.flatMap((name) => (sections[name] === undefined ? [] : [[name, sections[name]]])),
  );
}

function packed(section: SnapshotSection, entries: Section): SnapshotPart {
  const text = JSON.stringify(entries);
  return { section, sha256: crypto.createHash("sha256").update(text).digest("hex"), body: pack(text) };
}

function unpacked(body: Uint8Array): Section {
  return JSON.parse(unpack(body)) as Section;
}

export function pack(text: string): Uint8Array {
  return zlib.deflateRawSync(text);
}

export function unpack(body: Uint8Array): string {
  return zlib.inflateRawSync(body, { maxOutputLength: 64_000_000 }).toString("utf8");
}
