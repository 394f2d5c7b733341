import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import type { Answer, Context, Values } from "../command.ts";
import { noticeRead } from "./notice-read.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-notice-"));
after(() => fs.rmSync(folder, { recursive: true }));

function run(text: string, values: Values, lang: Lang = "ja"): Promise<Answer> {
  const file = path.join(folder, "notice.txt");
  fs.writeFileSync(file, text);
  const context: Partial<Context> = { args: [file], values, lang, clock: createFakeClock() };
  return noticeRead.run(context as Context);
}

async function refusal(act: () => Promise<Answer>): Promise<string> {
  try {
    await act();
    return "";
  } catch (thrown) {
    return thrown instanceof KoboshiError ? `${thrown.code} ${String(thrown.facts["file"] ?? "")}` : String(thrown);
  }
}

const text = "メンテナンスのお知らせ\n日時:11/26(木) 2:00-5:00\n対象サーバー:web-11";
const received = { received: "2026-11-19T10:00:00+09:00" };

test("a notice is told in both languages and as the documented JSON", async () => {
  const answer = await run(text, received);
  assert.match(answer.text, /2026年11月26日\(木\) 2:00 JST 〜 5:00[(\uFF08]3時間/);
  assert.match((await run(text, received, "en")).text, /Thu 26 Nov 2026 02:00 JST – 05:00 \(3 h\)/);
  const { kind, state, windows, hosts, services, updates } = answer.json as Record<string, unknown[]>;
  assert.deepEqual([kind, state, hosts, services], ["maintenance", "scheduled", ["web-11"], []]);
  assert.deepEqual(windows, [
    {
      start: "2026-11-26T02:00:00+09:00",
      end: "2026-11-26T05:00:00+09:00",
      certain: true,
      text: "11/26(木) 2:00-5:00",
    },
  ]);
  assert.equal(updates?.length, 1);
});

test("what must be settled stands below, with the times it could mean", async () => {
  const { text: told } = await run("12月3日(木) 深夜1時〜5時 にメンテナンスを行います", received);
  assert.match(told, /「深夜」がどちらの夜か分かりません[^]*12月3日\(木\) 1:00[^]*12月4日\(金\) 1:00/);
});

test("rows are read one by one, in their order, each from its own time", async () => {
  const rows = [
    { id: "a", title: "メンテナンス", text: "本日 23:00〜24:00", received: "2026-11-19T10:00:00+09:00" },
    { id: "b", title: "休業のお知らせ", text: "12/29 は休みます" },
  ];
  const { text: lines } = await run(rows.map((row) => JSON.stringify(row)).join("\n"), { jsonl: true });
  const all = lines.split("\n");
  assert.match(all.at(-1) ?? "", /^お知らせ 2 件: 時間が確か 1 件/);
  const read = all
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { id: string; kind: string; windows: { start: string }[] });
  assert.deepEqual(
    read.map(({ id, kind }) => [id, kind]),
    [
      ["a", "maintenance"],
      ["b", "info"],
    ],
  );
  assert.equal(read[0]?.windows[0]?.start, "2026-11-19T23:00:00+09:00");
});

test("a file that is no notice, a row that is no JSON and a time that is none are refused with their place", async () => {
  assert.match(await refusal(async () => run('{"text":"x"}\n{', { jsonl: true })), /KB4501 .*notice\.txt:2$/);
  assert.match(await refusal(async () => run(text, { received: "soon" })), /KB4102/);
  const missing: Partial<Context> = { args: ["/nowhere/x"], values: {}, lang: "ja" };
  assert.match(await refusal(async () => noticeRead.run(missing as Context)), /KB4501 \/nowhere\/x/);
});
