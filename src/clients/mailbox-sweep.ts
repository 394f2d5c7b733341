import type { Imap } from "./imap.ts";
import type { Pop3 } from "./pop3.ts";
import { ok } from "../kernel/result.ts";
import type { Step } from "./attempt.ts";

const mark = "koboshi-round-trip";
const hourMs = 3_600_000;
/** A mail of the hour before may still be on its way for someone else who looks at the same mailbox. */
const spareHours = 2;
/** Newest mails looked through over POP3, which cannot search. */
const newestMails = 50;
/** Leftovers removed at once: a mailbox that has never been tidied is tidied over several rounds. */
const sweptAtOnce = 100;

/** The subject of one mail on its round trip: a common mark, the hour it was sent in, and what only it carries. */
export function roundTripSubject(sentAtMs: number, token: string): string {
  return `${mark} ${hourWord(hourOf(sentAtMs))}${token}`;
}

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs);
}

function hourWord(hour: number): string {
  return `t${hour}x`;
}

/** The one mail that is waited for. */
export interface Sought {
  readonly subject: string;
  readonly nowMs: number;
}

/** @returns whether the mail was there; it is gone then */
export async function takeByImap({ command, offers }: Imap, { subject }: Sought): Promise<Step<boolean>> {
  // a server may keep its view of the folder until it is asked for news
  const news = await command("NOOP");
  if (!news.ok) return news;
  const found = await command(`UID SEARCH UNDELETED SUBJECT "${subject.slice(mark.length + 1)}"`);
  if (!found.ok) return found;
  const ids = idsIn(found.value);
  if (ids.length === 0) return ok(false);
  const removed = await removeByImap({ command, offers }, ids);
  return removed.ok ? ok(true) : removed;
}

/** @returns how many mails of earlier rounds were removed */
export async function sweepByImap(
  { command, offers }: Pick<Imap, "command" | "offers">,
  nowMs: number,
): Promise<Step<number>> {
  const spared = Array.from({ length: spareHours }, (_, back) => `NOT SUBJECT "${hourWord(hourOf(nowMs) - back)}"`);
  const found = await command(`UID SEARCH UNDELETED SUBJECT "${mark}" ${spared.join(" ")}`);
  if (!found.ok) return found;
  const ids = idsIn(found.value).slice(0, sweptAtOnce);
  if (ids.length === 0) return ok(0);
  const removed = await removeByImap({ command, offers }, ids);
  return removed.ok ? ok(ids.length) : removed;
}

function idsIn(untagged: readonly string[]): readonly string[] {
  return untagged
    .flatMap((line) => (/^SEARCH(?: |$)/i.test(line) ? line.split(" ").slice(1) : []))
    .filter((id) => /^\d+$/.test(id));
}

/** Where a server cannot remove single mails (UIDPLUS), they stay marked: removing all that is marked might hit others' mail. */
async function removeByImap(
  { command, offers }: Pick<Imap, "command" | "offers">,
  ids: readonly string[],
): Promise<Step<readonly string[]>> {
  const marked = await command(String.raw`UID STORE ${ids.join(",")} +FLAGS.SILENT (\Deleted)`);
  if (!marked.ok || !offers.includes("UIDPLUS")) return marked;
  return command(`UID EXPUNGE ${ids.join(",")}`);
}

/** Looks through the newest mails, removing the one sought and old ones. The session must be quit for that to hold. */
export async function takeByPop3(
  session: Pop3,
  { subject, nowMs }: Sought,
): Promise<Step<{ found: boolean; swept: number }>> {
  const status = await session.command("STAT");
  if (!status.ok) return status;
  const count = Number(/^\d{1,10}/.exec(status.value)?.[0] ?? 0);
  let found = false;
  let swept = 0;
  for (let number = count; number > Math.max(0, count - newestMails); number--) {
    const head = await session.lines(`TOP ${number} 0`);
    if (!head.ok) return head;
    const seen = subjectIn(head.value);
    const isIt = seen.includes(subject);
    if (!isIt && !isLeftover(seen, nowMs)) continue;
    const removed = await session.command(`DELE ${number}`);
    if (!removed.ok) return removed;
    if (isIt) found = true;
    else swept += 1;
  }
  return ok({ found, swept });
}

/** A long subject goes on in lines that begin with a space. Source: RFC 5322 §2.2.3. */
function subjectIn(head: readonly string[]): string {
  const unfolded = head.join("\n").replaceAll(/\n[ \t]+/g, " ");
  return /^subject:(.*)$/im.exec(unfolded)?.[1] ?? "";
}

function isLeftover(subject: string, nowMs: number): boolean {
  const hour = new RegExp(String.raw`${mark} t(\d{1,9})x`).exec(subject)?.[1];
  return hour !== undefined && Number(hour) <= hourOf(nowMs) - spareHours;
}
