import type net from "node:net";
import { err, ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Step } from "./attempt.ts";
import { openImap } from "./imap.ts";
import type { MailboxLogin } from "./mailbox-login.ts";
import { closedStop } from "./net-error.ts";

/** A mailbox open for reading: it cannot change anything in it. */
export interface MailReader {
  /** @returns the numbering that the UIDs belong to */
  examine(): Promise<Step<{ readonly validity: number }>>;
  /** UIDs in order: those after `afterUid`, or (null) those that came since that day, of whom it is from where given */
  search(wanted: {
    readonly afterUid: number | null;
    readonly from: string | null;
    readonly sinceDay: number;
  }): Promise<Step<readonly number[]>>;
  /** the first bytes of a mail; null: it is gone */
  fetch(uid: number, maxBytes: number): Promise<Step<Buffer | null>>;
  logout(): Promise<void>;
}

export interface MailReaderWanted {
  readonly host: string;
  readonly encryption: "none" | "implicit" | "starttls";
  readonly login: MailboxLogin;
  /** who is trusted to vouch for the server, besides the system's; null: nobody */
  readonly caFile: string | null;
}

/** Answers that are longer are not a mail's: the connection is given up. */
const mostAnswerBytes = 4_000_000;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Opens INBOX read-only over IMAP. Mails come as literals, which hold any bytes, so that this reads bytes where the checks
 * read lines. A server that was to encrypt and does not offer it is left before the password. Source: RFC 3501.
 */
export async function openMailReader(
  attempt: Attempt,
  socket: net.Socket,
  { host, encryption, login, caFile }: MailReaderWanted,
): Promise<Step<MailReader>> {
  const opened = await openImap(attempt, socket, { handshake: { name: host, caFile }, encryption, login });
  if (!opened.ok) return opened;
  const { command, close } = commandsOver(attempt, opened.value.line);
  return ok({
    async examine() {
      const answer = await command("EXAMINE INBOX");
      if (!answer.ok) return answer;
      const validity = /UIDVALIDITY (\d{1,10})/i.exec(answer.value.toString("latin1"))?.[1];
      return validity === undefined
        ? stop("protocol", "not-imap", "no UIDVALIDITY")
        : ok({ validity: Number(validity) });
    },
    async search({ afterUid, from, sinceDay }) {
      const which = afterUid === null ? `SINCE ${imapDay(sinceDay)}` : `UID ${afterUid + 1}:*`;
      const sender = from === null ? "" : ` FROM "${from.replaceAll(/[^\w@.+-]/g, "")}"`;
      const answer = await command(`UID SEARCH ${which}${sender}`);
      if (!answer.ok) return answer;
      const listed = /^\* SEARCH([ \d]*)/im.exec(answer.value.toString("latin1"))?.[1] ?? "";
      const uids = listed
        .split(" ")
        .filter((one) => one !== "")
        .map(Number);
      // `n:*` always names the newest mail, also when it is older
      return ok(uids.filter((uid) => afterUid === null || uid > afterUid).toSorted((a, b) => a - b));
    },
    async fetch(uid, maxBytes) {
      const answer = await command(`UID FETCH ${uid} (BODY.PEEK[]<0.${maxBytes}>)`);
      return answer.ok ? ok(literalIn(answer.value)) : answer;
    },
    async logout() {
      await command("LOGOUT");
      close();
    },
  });
}

type Command = (line: string) => Promise<Step<Buffer>>;

/** One command at a time; its answer is whole when its tag stands at a line's beginning outside of any literal. */
function commandsOver(attempt: Attempt, socket: net.Socket): { readonly command: Command; close(): void } {
  let count = 0;
  return {
    close: () => socket.destroy(),
    command(line) {
      count += 1;
      const tag = `f${count}`;
      return attempt.phase<Buffer>(phases.talk, (settle) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const onData = (chunk: Buffer): void => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > mostAnswerBytes) return done(stop("protocol", "too-long", `${bytes} bytes of answer`));
          const whole = Buffer.concat(chunks);
          const end = taggedLine(whole, tag);
          if (end === null) return undefined;
          return done(/^OK/i.test(end.said) ? ok(whole.subarray(0, end.at)) : stop("application", "status", end.said));
        };
        const onEnd = (): void => done(err(closedStop("protocol", null)));
        function done(step: Step<Buffer>): void {
          socket.off("data", onData).off("end", onEnd).off("error", onEnd);
          settle(step);
        }
        socket.on("data", onData).once("end", onEnd).once("error", onEnd);
        socket.write(`${tag} ${line}\r\n`, "latin1");
        return () => socket.off("data", onData).off("end", onEnd).off("error", onEnd);
      });
    },
  };
}

/** Lines and literals in turn: `{123}` at a line's end means that 123 bytes of anything follow. */
function taggedLine(bytes: Buffer, tag: string): { readonly at: number; readonly said: string } | null {
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return null;
    const line = bytes.toString("latin1", at, Math.min(end, at + 2_000));
    if (line.startsWith(`${tag} `)) return { at, said: line.slice(tag.length + 1) };
    const literal = /\{(\d{1,8})\}$/.exec(bytes.toString("latin1", Math.max(at, end - 12), end))?.[1];
    at = end + 2 + (literal === undefined ? 0 : Number(literal));
    if (at > bytes.length) return null;
  }
}

function literalIn(bytes: Buffer): Buffer | null {
  const head = /\{(\d{1,8})\}\r\n/.exec(bytes.toString("latin1", 0, 2_000));
  if (head === null) return null;
  const from = head.index + head[0].length;
  return bytes.subarray(from, from + Number(head[1]));
}

/** `22-Nov-2026`, in UTC: a day early is only a mail more. */
function imapDay(atMs: number): string {
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone: "UTC", dateStyle: "short" }).format(atMs);
  const [year = "", month = "", day = ""] = text.split("-");
  return `${day}-${months[Number(month) - 1]}-${year}`;
}
