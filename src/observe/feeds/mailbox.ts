import { createHash } from "node:crypto";
import PostalMime from "postal-mime";
import { runAttempt, stop, type Attempt, type AttemptLimits, type Step, type Stop } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { openMailReader, type MailReader } from "../../clients/feed-mail.ts";
import { encryptionFor } from "../../clients/mailbox-login.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { safeText } from "../../clients/safe-text.ts";
import type { FeedTrouble } from "../../kernel/ports-feeds.ts";
import type { FeedSpec } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { readStampText } from "../../readers/notices/stamp-text.ts";
import type { FeedState } from "../../storage/ledger/nouns/feeds.ts";
import { readMailboxUrl } from "../mailbox-check.ts";
import type { Gathered, SourceItem } from "./source.ts";

export interface MailboxRead {
  readonly limits: AttemptLimits;
  readonly spec: Extract<FeedSpec, { kind: "imap" }>;
  /** how far it was read */
  readonly before: FeedState["mail"];
}

/** Headers and text of a notice are short; a mail's attachments are not read. */
const mailBytes = 262_144;
/** Read at once; more wait for the next round. */
const mostMails = 50;
const firstLookBackDays = 60;

/** Reads new mails of a mailbox. Nothing is deleted, moved or marked: it is opened for reading only. */
export async function readMailbox(input: MailboxRead): Promise<Result<Gathered, FeedTrouble>> {
  let gathered: Gathered | null = null;
  const result = await runAttempt(input.limits, async (attempt) => {
    const read = await gather(attempt, input);
    if (!read.ok) return read.error;
    gathered = read.value;
    return null;
  });
  if (gathered !== null) return ok(gathered);
  const { code = "koboshi-fault", text = "" } = result.error ?? {};
  return err({ code, text: safeText(text, secretsOf(input)) });
}

function secretsOf({ spec }: MailboxRead): readonly string[] {
  const password = spec.password ?? readMailboxUrl(spec.url).password;
  return password === null ? [] : [password.reveal()];
}

async function gather(attempt: Attempt, { spec, before, limits }: MailboxRead): Promise<Step<Gathered>> {
  const opened = await open(attempt, spec);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const box = await reader.examine();
  if (!box.ok) return box;
  const { validity } = box.value;
  const known = before?.validity === validity ? before.uid : null;
  const found = await reader.search({
    afterUid: known,
    from: spec.from,
    sinceDay: limits.clock.nowMs() - firstLookBackDays * 86_400_000,
  });
  if (!found.ok) return found;
  // the first look takes the newest, later ones go on where the last one ended
  const uids = known === null ? found.value.slice(-mostMails) : found.value.slice(0, mostMails);
  const items: SourceItem[] = [];
  for (const uid of uids) {
    const mail = await reader.fetch(uid, mailBytes);
    if (!mail.ok) return mail;
    if (mail.value !== null) items.push(await itemOf(mail.value, { validity, uid }));
  }
  await reader.logout();
  const last = Math.max(known ?? 0, ...uids, known === null ? Math.max(0, ...found.value) : 0);
  return ok({ items, marks: {}, mail: { validity, uid: last }, remark: null });
}

async function open(attempt: Attempt, { url, user, password }: MailboxRead["spec"]): Promise<Step<MailReader>> {
  const place = readMailboxUrl(url);
  const login = { user: user ?? place.user, password: password ?? place.password };
  if (login.user === null || login.password === null) return blindLogin();
  const encryption = encryptionFor({
    host: place.host,
    isImplicit: place.isImplicit,
    starttls: undefined,
    hasLogin: true,
  });
  const resolved = await resolveHost(attempt, place.host);
  if (!resolved.ok) return resolved;
  const connected = await connectTo(attempt, { addresses: resolved.value, port: place.port });
  if (!connected.ok) return connected;
  return openMailReader(attempt, connected.value, {
    host: place.host,
    encryption,
    caFile: null,
    login: { user: login.user, password: login.password },
  });
}

function blindLogin(): { readonly ok: false; readonly error: Stop } {
  return stop("application", "login-missing", "no user or no password for the mailbox");
}

/** A mail is known again by its own id; one without, by where it lies. */
async function itemOf(raw: Buffer, at: { validity: number; uid: number }): Promise<SourceItem> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: "arraybuffer" });
  const id = mail.messageId ?? `${at.validity}/${at.uid}`;
  const subject = mail.subject ?? "";
  return {
    guid: `mail:${createHash("sha256").update(id).digest("hex").slice(0, 32)}`,
    title: subject.slice(0, 500),
    text: (mail.text ?? mail.html ?? "").slice(0, mailBytes),
    link: null,
    publishedAtMs: readStampText(mail.date ?? ""),
  };
}
