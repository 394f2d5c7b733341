import crypto from "node:crypto";
import { isComment, isTag, isText, type AnyNode } from "domhandler";
import { parseDocument } from "htmlparser2";
import { runAttempt } from "../../clients/attempt.ts";
import { readBody } from "../../clients/http.ts";
import { visit, type Visit } from "../../clients/http-visit.ts";
import { readPageText } from "../../clients/page-text.ts";
import { printable } from "../../clients/printable.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { PagePrint } from "../../kernel/model/aftercare.ts";

const maxBodyBytes = 1_048_576;
const timeoutMs = 10_000;
const longestTitle = 200;

/** Asks for a page once and takes its print; null: no answer. */
export async function fetchPrint(clock: Clock, wanted: Visit, signal: AbortSignal): Promise<PagePrint | null> {
  let print: PagePrint | null = null;
  await runAttempt({ clock, timeoutMs, signal }, async (attempt) => {
    const visited = await visit(attempt, wanted);
    if (!visited.ok) return visited.error;
    const { message } = visited.value;
    const body = await readBody(attempt, message, { maxBytes: maxBodyBytes, keep: true });
    if (!body.ok) return body.error;
    const { text } = readPageText(body.value.bytes, message.headers["content-type"]);
    print = printOf(message.statusCode ?? 0, text);
    return null;
  });
  return print;
}

/** What makes an answer this one: numbers, dates and what nobody reads do not count. */
export function printOf(status: number, body: string): PagePrint {
  const { title, text } = /^\s*</.test(body) ? readable(body) : { title: "", text: body };
  const masked = withoutTimes(text);
  return {
    status,
    title: printable(title.slice(0, longestTitle)),
    textHash: crypto.createHash("sha256").update(masked).digest("hex"),
    textBytes: Buffer.byteLength(masked),
  };
}

const unread = new Set(["script", "style", "noscript", "template", "svg", "head"]);

function readable(html: string): { readonly title: string; readonly text: string } {
  const words: string[] = [];
  let title = "";
  const stack: AnyNode[] = [...parseDocument(html).children].toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isText(node)) words.push(node.data);
    if (!isTag(node)) {
      // «<!doctype …>» and comments hold nothing that is shown
      if (!isComment(node) && "children" in node) stack.push(...node.children.toReversed());
      continue;
    }
    if (node.name === "title" && title === "") title = textOf(node.children);
    if (node.name === "head" && title === "") title = titleIn(node.children);
    if (!unread.has(node.name) && node.name !== "title") stack.push(...node.children.toReversed());
  }
  return { title, text: words.join(" ") };
}

function titleIn(nodes: readonly AnyNode[]): string {
  const found = nodes.find((node) => isTag(node) && node.name === "title");
  return found !== undefined && isTag(found) ? textOf(found.children) : "";
}

function textOf(nodes: readonly AnyNode[]): string {
  const text = nodes.map((node) => (isText(node) ? node.data : "")).join("");
  return text.replaceAll(/\s+/g, " ").trim();
}

const months =
  /\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?/gi;
const weekdays =
  /\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|[日月火水木金土]曜日?|[((][日月火水木金土][))]/gi;

/** Numbers of any script, and the words that stand around dates. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/\p{Nd}+/gu, "#")
    .replaceAll(months, "#")
    .replaceAll(weekdays, "#")
    .replaceAll(/\b[ap]\.?m\b\.?|午前|午後/gi, "#")
    .replaceAll(/[#\s.,:/+-]*#[#\s.,:/+-]*/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim();
}
