import { readLock } from "./s3-lock.ts";
import { s3Versions, type BucketDeps } from "./s3-versions.ts";
import type { Answer, CanaryStore, LossWay } from "./store.ts";

/** What a bucket calls the only version of an object from before it kept any. */
const onlyVersion = "null";

/**
 * A bucket, one object at a time. Where it keeps versions, the very version that was written is what counts: one that only
 * a mark of deletion hides is not lost. The bucket's own settings are read, never written.
 */
export function s3Store(deps: BucketDeps): CanaryStore {
  const { call, written } = deps;
  const { keyOf, versionOf, overwrite, hide, deleteVersion, breakLock } = s3Versions(deps);

  async function removeVersion(name: string, version: string): Promise<Answer> {
    const { status, answer } = await deleteVersion(name, version);
    return status !== null && status < 300 ? answer : breakLock(name, version);
  }

  const ways: Readonly<Partial<Record<LossWay, (name: string, other: string) => Promise<Answer>>>> = {
    overwrite,
    delete: hide,
    "delete-version": async (name) => (await deleteVersion(name, versionOf(name) ?? onlyVersion)).answer,
    retention: (name) => breakLock(name, versionOf(name) ?? onlyVersion),
  };

  return {
    async put(name, text) {
      const { status, version, answer } = await call("PUT", keyOf(name), { body: text });
      if (status === 200) written.set(name, { text, version, others: [] });
      return answer;
    },
    async read(name) {
      const version = versionOf(name);
      const said = await call("GET", keyOf(name), version === null ? {} : { query: { versionId: version } });
      if (said.status === 200) {
        if (!written.has(name)) written.set(name, { text: null, version: said.version, others: [] });
        return { text: said.body };
      }
      if (said.status === 404) return said.code === "NoSuchBucket" ? "unreadable" : "gone";
      if (said.status !== 403 || version === null) return "unreadable";
      // whoever may not ask for versions still sees the newest
      const newest = await call("GET", keyOf(name));
      return newest.status === 200 && newest.version === version ? { text: newest.body } : "unreadable";
    },
    ways: ["overwrite", "delete", "delete-version", "retention"],
    lose: async (way, name, other) => (await ways[way]?.(name, other)) ?? "",
    async remove(name) {
      const { version = null, others = [] } = written.get(name) ?? {};
      for (const other of others) await removeVersion(name, other);
      return version === null ? hide(name) : removeVersion(name, version);
    },
    lock: (name) => readLock(deps, keyOf(name), versionOf(name)),
  };
}
