import fs from "node:fs";
import { z } from "zod";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { ProviderNotice } from "../../kernel/model/provider-notice.ts";
import { readNotice } from "../../readers/notices/notice.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { isZone } from "../../readers/schedule/zone.ts";
import type { Answer, Command, Context } from "../command.ts";
import { noticeCounts, noticeJson, noticeLines } from "../notice-text.ts";

const longestFileBytes = 20_000_000;
const japan = "Asia/Tokyo";

const Row = z.object({
  text: z.string(),
  title: z.string().nullish(),
  received: z.string().nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
});

export const noticeRead: Command = {
  name: "notice read",
  summary: {
    ja: "提供元のお知らせ(メンテナンス・障害)から時間と対象を読み取る",
    en: "read when and what from a provider's notice",
  },
  usage: "FILE|- [--received TIME] [--title TEXT] [--tz ZONE] [--jsonl]",
  examples: [
    "koboshi notice read mail.txt",
    "koboshi notice read - --received 2026-11-19T10:00+09:00 --json < notice.html",
    "koboshi notice read notices.jsonl",
  ],
  options: {
    received: { type: "string" },
    title: { type: "string" },
    tz: { type: "string" },
    jsonl: { type: "boolean" },
  },
  run(context) {
    const [file] = context.args;
    if (file === undefined) throw new KoboshiError("KB1001", { what: "notice read FILE|-" });
    const text = readText(file);
    const inRows = context.values["jsonl"] === true || /\.(?:jsonl|ndjson)$/i.test(file);
    return Promise.resolve(inRows ? rows(context, { text, file }) : one(context, text));
  },
};

function one(context: Context, text: string): Answer {
  const { values, lang } = context;
  const timeZone = zoneOf(context);
  const notice = read(context, {
    text,
    title: typeof values["title"] === "string" ? values["title"] : null,
    received: null,
  });
  return {
    exit: 0,
    json: noticeJson(notice, timeZone),
    text: noticeLines(notice, { timeZone, lang }),
    plain: notice.windows.map(({ startMs, endMs, certain }) => [startMs, endMs ?? "", certain].join("\t")),
    quiet: notice.questions.map(({ id }) => id),
  };
}

/** One record a line, in the order of the rows, for programs; for people what they are, in numbers, below. */
function rows(context: Context, { text, file }: { text: string; file: string }): Answer {
  const timeZone = zoneOf(context);
  const notices: ProviderNotice[] = [];
  const items = text.split("\n").flatMap((line, nth) => {
    if (line.trim() === "") return [];
    const row = rowOf(line, { file, line: nth + 1 });
    const notice = read(context, { text: row.text, title: row.title ?? null, received: row.received ?? null });
    notices.push(notice);
    return [{ ...(row.id == null ? {} : { id: row.id }), ...noticeJson(notice, timeZone) }];
  });
  return {
    exit: 0,
    json: { items },
    text: [...items.map((item) => JSON.stringify(item)), noticeCounts(notices, context.lang)].join("\n"),
    plain: items.map((item) => JSON.stringify(item)),
    quiet: [],
  };
}

function rowOf(line: string, { file, line: number }: { file: string; line: number }): z.infer<typeof Row> {
  try {
    return Row.parse(JSON.parse(line));
  } catch (cause) {
    throw new KoboshiError("KB4501", { file: `${file}:${number}`, why: "text" }, cause);
  }
}

function read(
  context: Context,
  { text, title, received }: { text: string; title: string | null; received: string | null },
): ProviderNotice {
  const zone = zoneOf(context);
  const written = received ?? context.values["received"];
  const receivedAtMs = typeof written === "string" ? readMoment(written, zone) : context.clock.nowMs();
  if (receivedAtMs === null)
    throw new KoboshiError("KB4102", { flag: "--received", written: String(written).slice(0, 60) });
  return readNotice({ text, title, receivedAtMs, zone, zoneIsSure: context.values["tz"] !== undefined });
}

function zoneOf({ values }: Context): string {
  const written = values["tz"];
  if (typeof written !== "string") return japan;
  if (!isZone(written)) throw new KoboshiError("KB1001", { what: `--tz ${written.slice(0, 60)} (Asia/Tokyo, UTC …)` });
  return written;
}

function readText(file: string): string {
  try {
    const bytes = fs.readFileSync(file === "-" ? 0 : file);
    if (bytes.length > longestFileBytes) throw new Error(`${bytes.length} bytes`);
    return bytes.toString("utf8");
  } catch (cause) {
    throw new KoboshiError("KB4501", { file, why: errorText(cause) }, cause);
  }
}
