// Provider notices with their expected reading: how many are right in every field, and how many have no wrong window in silence.
import { readNotice } from "../../src/readers/notices/notice.ts";

interface Row {
  readonly id: string;
  readonly received: string;
  readonly title: string;
  readonly text: string;
  readonly expect: {
    readonly kind: string;
    readonly state: string;
    readonly windows: readonly { readonly from: string; readonly to: string | null }[];
    readonly hosts: readonly string[];
    readonly ask: boolean;
  };
}

interface Case {
  readonly name: string;
  readonly agrees: boolean;
}

interface Reading {
  readonly name: string;
  /** the fields that differ: `windows`, `kind`, `state`, `hosts`, `ask` */
  readonly differs: readonly string[];
  readonly asks: boolean;
}

function readingsOf(text: string): readonly Reading[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => readingOf(JSON.parse(line) as Row));
}

/** As shipped: Japanese means Japan, every other text has to name its zone. */
function readingOf({ id, title, text, received, expect }: Row): Reading {
  const notice = readNotice({ title, text, receivedAtMs: Date.parse(received), zone: "Asia/Tokyo" });
  const asks = notice.questions.length > 0;
  const fields: Readonly<Record<string, readonly [seen: unknown, meant: unknown]>> = {
    windows: [
      notice.windows.map(({ startMs, endMs }) => [startMs, endMs]),
      expect.windows.map(({ from, to }) => [Date.parse(from), to === null ? null : Date.parse(to)]),
    ],
    kind: [notice.kind, expect.kind],
    state: [notice.state, expect.state],
    hosts: [notice.hosts.toSorted(), expect.hosts.toSorted()],
    ask: [asks, expect.ask],
  };
  const differs = Object.entries(fields)
    .filter(([, [seen, meant]]) => JSON.stringify(seen) !== JSON.stringify(meant))
    .map(([field]) => field);
  return { name: `${id} ${title}`, differs, asks };
}

function everyField(text: string): readonly Case[] {
  return readingsOf(text).map(({ name, differs }) => ({
    name: `${name} (${differs.join(", ")})`,
    agrees: differs.length === 0,
  }));
}

/** A wrong window has to cost a question, never a silenced page. */
function neverWrongInSilence(text: string): readonly Case[] {
  return readingsOf(text).map(({ name, differs, asks }) => ({ name, agrees: asks || !differs.includes("windows") }));
}

export const noticeSuites = [
  { name: "notices", file: "notices-dev.jsonl", recorded: 116, run: everyField },
  { name: "notices-silent", file: "notices-dev.jsonl", recorded: 116, run: neverWrongInSilence },
] as const;
