import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";

/** Hashes and modes against the book. Known: the change was approved. */
export const hsInteg = evidence({
  id: "hs.integ",
  bundle: "data",
  title: { ja: "ファイルの完全性", en: "integrity of files" },
  states: ["ok", "known", "unknown"],
  stateWords: {
    ok: { ja: "変わっていません", en: "unchanged" },
    known: { ja: "承認済みの変更があります", en: "changed, as approved" },
    unknown: { ja: "承認されていない変更があります", en: "changed, approved by nobody" },
  },
  leak: [0.05, 0.005],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** Files of packages that differ now and did not while all was well; a change that somebody wrote down is a known one. */
  read({ inside, notes }: { readonly inside: HostInside; readonly notes: readonly string[] }): Reading | MissingReason {
    const { answers, usual } = inside;
    if (answers.integrity === null) return whyNot(answers, "integrity");
    const before = usual?.differing ?? null;
    // people edit configuration files: without a past, only a changed program says something
    const fresh = answers.integrity.differing.filter(({ path, kind, change }) =>
      before === null ? kind === "program" && change !== "attributes" : !before.includes(path),
    );
    const state = fresh.length === 0 ? "ok" : notes.length > 0 ? "known" : "unknown";
    return told(state, fresh.length, {
      detail: fresh
        .slice(0, mostNamed)
        .map(({ path }) => path)
        .join(" "),
      note: notes[0]?.slice(0, 200) ?? null,
      raw: answers.raw.integrity ?? "",
    });
  },
});

const mostNamed = 3;
