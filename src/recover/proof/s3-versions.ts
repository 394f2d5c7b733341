import type { Clock } from "../../kernel/clock.ts";
import { isoOf } from "../sets/moment.ts";
import type { S3Call, S3Said } from "./s3-call.ts";
import { filePath, type Answer, type Written } from "./store.ts";

export interface BucketDeps {
  readonly clock: Clock;
  readonly call: S3Call;
  /** of the repository in its bucket; empty: the bucket itself */
  readonly folder: string;
  readonly written: Written;
}

/** Objects of a bucket by their names in the repository, with the versions that this run has made of them. */
export interface S3Versions {
  keyOf(name: string): string;
  /** the one that is judged; null: none is kept, or none was written */
  versionOf(name: string): string | null;
  overwrite(name: string, other: string): Promise<Answer>;
  /** Deletes without naming a version: where versions are kept only a mark is set. */
  hide(name: string): Promise<Answer>;
  deleteVersion(name: string, version: string): Promise<S3Said>;
  /** Makes a lock as short as may be, and deletes with the right to break it, if there is one. */
  breakLock(name: string, version: string): Promise<Answer>;
}

/** With it a lock that some may break is broken, by those who may. */
const bypass = { "x-amz-bypass-governance-retention": "true" };
const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
/** No storage takes an end of a lock that has passed. */
const shortestLockMs = 60_000;

export function s3Versions({ clock, call, folder, written }: BucketDeps): S3Versions {
  const keyOf = (name: string): string => filePath(folder, name).replace(/^\//, "");
  const versionOf = (name: string): string | null => written.get(name)?.version ?? null;

  function remember(name: string, { version }: S3Said): void {
    if (version !== null) written.get(name)?.others.push(version);
  }

  return {
    keyOf,
    versionOf,
    async overwrite(name, other) {
      const said = await call("PUT", keyOf(name), { body: other });
      remember(name, said);
      const before = written.get(name)?.text ?? null;
      // a newer version hides the one that is judged: what everybody sees is to be right again
      if (said.status === 200 && said.version !== null && versionOf(name) !== null && before !== null)
        remember(name, await call("PUT", keyOf(name), { body: before }));
      return said.answer;
    },
    async hide(name) {
      const said = await call("DELETE", keyOf(name));
      remember(name, said);
      return said.answer;
    },
    deleteVersion: (name, version) => call("DELETE", keyOf(name), { query: { versionId: version } }),
    async breakLock(name, version) {
      const until = isoOf(clock.nowMs() + shortestLockMs);
      const body = `<Retention ${xmlns}><Mode>GOVERNANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
      const query = { retention: "", versionId: version };
      const shortened = await call("PUT", keyOf(name), { query, headers: bypass, body });
      const gone = await call("DELETE", keyOf(name), { query: { versionId: version }, headers: bypass });
      return `${shortened.answer}; ${gone.answer}`;
    },
  };
}
