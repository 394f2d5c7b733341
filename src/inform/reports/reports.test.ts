import assert from "node:assert/strict";
import { test } from "node:test";
import { insideWords, shopStory } from "../../../test/doubles/report-story.ts";
import { later, type Stamp } from "../../kernel/clock.ts";
import { langs } from "../../kernel/lang.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import { openBlanks, type ReportDocument } from "./document.ts";
import { toHtml } from "./html.tsx";
import { customerLetter } from "./letter.ts";
import { toMarkdown } from "./markdown.ts";
import { postmortem } from "./postmortem.ts";
import { customerBlanks, emptyDraft, internalBlanks, type ReportBlank, type ReportDraft } from "./report.ts";

const facts = shopStory();

function all(draft: ReportDraft = emptyDraft): readonly ReportDocument[] {
  return langs.flatMap((lang) => [
    customerLetter({ facts, draft, edition: 1, lang }),
    postmortem({ facts, draft, edition: 1, lang }, "draft"),
  ]);
}

function plain({ title, blocks }: ReportDocument): string {
  return `${title}\n${JSON.stringify(blocks)}`;
}

test("the letter says when it began, was noticed, taken and over, and how long it lasted, from the ledger", () => {
  const text = toMarkdown(customerLetter({ facts, draft: emptyDraft, edition: 1, lang: "ja" }));
  for (const fact of [
    "KB-2026-241",
    "第1版",
    "オムニ商会",
    "11月22日(日) 2時12分",
    "2時58分",
    "46分",
    "ネットショップをご利用いただけない",
    "発生 2026年11月22日(日) 2:12 JST",
    "検知 2026年11月22日(日) 2:13 JST(自動、2か所で確認)",
    "対応開始 2026年11月22日(日) 2:16 JST",
    "復旧 2026年11月22日(日) 2:58 JST",
    "影響のなかったもの: メール",
    "お客様へのご案内: 2:14",
  ]) {
    assert.ok(text.includes(fact), `${fact} is missing in\n${text}`);
  }
});

test("the English letter carries the same facts", () => {
  const text = toMarkdown(customerLetter({ facts, draft: emptyDraft, edition: 2, lang: "en" }));
  for (const fact of [
    "KB-2026-241",
    "edition 2",
    "02:12 JST on Sun 22 Nov",
    "46 min",
    "confirmed from 2 places)",
    "could not be used",
  ]) {
    assert.ok(text.includes(fact), `${fact} is missing in\n${text}`);
  }
});

test("customers read no host, no address, no error text, no person and no note", () => {
  for (const lang of langs) {
    const text = plain(customerLetter({ facts, draft: emptyDraft, edition: 1, lang }));
    for (const word of insideWords) assert.ok(!text.includes(word), `${word} in ${lang}`);
  }
});

test("what a service is called inside stays inside when the status page does not show it", () => {
  const hidden = { ...facts, hit: ["db", "shop"], incident: { ...facts.incident, services: ["db", "shop"] } };
  const text = plain(customerLetter({ facts: hidden, draft: emptyDraft, edition: 1, lang: "ja" }));
  assert.ok(!text.includes("データベース") && text.includes("ネットショップ"));
});

test("the postmortem has every event of the timeline with where to look it up", () => {
  const text = toMarkdown(postmortem({ facts, draft: emptyDraft, edition: 1, lang: "ja" }, "draft"));
  for (const { seq } of facts.timeline) assert.ok(text.includes(`/i/241#e${seq}`), `event ${seq}`);
  assert.ok(
    text.includes("ECONNREFUSED") && text.includes("ディスクを掃除中") && text.includes("httpd updated on web1"),
  );
});

test("no place in any sentence is left without its fact or blank", () => {
  for (const document of all()) assert.doesNotMatch(plain(document), /\{[a-zA-Z]\w*\}/);
});

test("every blank of the form stands in a document, and every blank of a document is in the form", () => {
  for (const lang of langs) {
    const letter = openBlanks(customerLetter({ facts, draft: emptyDraft, edition: 1, lang }));
    assert.deepEqual([...letter].sort(), [...customerBlanks, "measures"].sort());
    const inside = openBlanks(postmortem({ facts, draft: emptyDraft, edition: 1, lang }, "draft"));
    const known = new Set<string>([...customerBlanks, ...internalBlanks, "measures"]);
    assert.deepEqual(
      inside.filter((key) => !known.has(key)),
      [],
    );
    assert.deepEqual(
      internalBlanks.filter((key) => !inside.includes(key)),
      [],
    );
  }
});

test("a written report has no blank left, and people's words stay apart from the facts", () => {
  const keys: readonly ReportBlank[] = [...customerBlanks, ...internalBlanks];
  const draft: ReportDraft = {
    stage: "final",
    texts: Object.fromEntries(keys.map((key) => [key, `words on ${key}`])),
    measures: [{ what: "rotate logs", type: "prevent", due: "2026-11-24", owner: "山田", check: "df", state: "done" }],
  };
  for (const document of all(draft)) {
    assert.deepEqual(openBlanks(document), []);
    assert.ok(!toHtml(document).includes("<mark>"));
  }
});

test("an incident that goes on promises no end, and a false alarm is withdrawn", () => {
  const open = shopStory({ state: "investigating", resolvedAt: null, resolvedBy: null });
  const text = toMarkdown(customerLetter({ facts: open, draft: emptyDraft, edition: 1, lang: "ja" }));
  assert.ok(text.includes("状態が続いて") && !text.includes("復旧を確認しました"));
  const none = shopStory({ state: "false-alarm" });
  const withdrawn = toMarkdown(customerLetter({ facts: none, draft: emptyDraft, edition: 1, lang: "ja" }));
  assert.ok(withdrawn.includes("問題はございませんでした") && !withdrawn.includes("1. 概要"));
});

test("foreign text stays text in Markdown and in HTML", () => {
  const evil = `<script>alert(1)</script> [x](javascript:alert(1)) | **b** \u001b[31m`;
  const draft: ReportDraft = { stage: "first", texts: { directCause: evil }, measures: [] };
  const document = customerLetter({ facts, draft, edition: 1, lang: "ja" });
  const html = toHtml(document);
  assert.ok(!html.includes("<script") && !html.includes("\u001b"));
  const markdown = toMarkdown(document);
  assert.doesNotMatch(markdown, /(?<!\\)(?:<script|\]\(javascript|\*\*b)/);
  assert.ok(!markdown.includes("\u001b"));
});

test("what was restored is told with the time of every phase; customers read no machine and no repository", () => {
  const at = (minutes: number): Stamp => later(facts.incident.startedAt, minutes * 60_000);
  const run: RestoreRun = {
    id: "run1",
    kind: "restore",
    plan: "shop-data",
    place: "office",
    set: "01kset",
    target: "host:web2",
    folder: "/",
    scope: "full",
    state: "done",
    startedAt: at(10),
    endedAt: at(40),
    phases: [
      { phase: "fetch", seconds: 900, bytes: 212e9, files: 9, manualSteps: 0 },
      { phase: "load", seconds: 600, bytes: 8e9, files: 1, manualSteps: 0 },
      { phase: "verify", seconds: 300, bytes: 220e9, files: 10, manualSteps: 0 },
    ],
    lostSeconds: 3_600,
    trouble: null,
  };
  const told = { ...facts, recoveries: [run] };
  const inside = toMarkdown(postmortem({ facts: told, draft: emptyDraft, edition: 1, lang: "ja" }, "draft"));
  for (const row of [
    "判断(検知から復元の開始まで) | 9分",
    "取り出し | [15分](/restores/run1) | 212 GB",
    "復元の開始から終わりまで | [30分](/restores/run1)",
    "復元の終わりから、サービスの復旧を確認するまで | 6分",
    "発生から復旧まで | 46分",
  ])
    assert.ok(inside.includes(row), `${row} is missing in\n${inside}`);
  const english = toMarkdown(postmortem({ facts: told, draft: emptyDraft, edition: 1, lang: "en" }, "draft"));
  assert.ok(english.includes("Restore, beginning to end | [30 min](/restores/run1)"), english);
  const letter = toMarkdown(customerLetter({ facts: told, draft: emptyDraft, edition: 1, lang: "ja" }));
  assert.ok(letter.includes("復元の記録: 2026年11月22日(日) 1:22 JST 時点のデータに、30分で戻しました"), letter);
  for (const word of ["web2", "office", "01kset", "shop-data"]) assert.ok(!letter.includes(word), word);
});
