import { z } from "zod";
import { runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { openImap } from "../../clients/imap.ts";
import { key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { dialMailbox, helloStop, mailboxFromUrl, mailboxKeys, readMailboxUrl, shownUrl } from "../mailbox-check.ts";

const schema = z.strictObject({
  imap: key(urlField(["imaps", "imap"]), {
    ja: "対象のサーバ(imaps://ホスト。ポートを省くと 993、imap:// は 143)",
    en: "the server, imaps://host; port 993 when left out, 143 for imap://",
  }),
  ...mailboxKeys,
});
type Spec = z.output<typeof schema>;

/** Whether an IMAP server greets, encrypts, and with a login also opens the mailbox. */
export const imap = defineProbe({
  kind: "imap",
  summary: { ja: "IMAP サーバ", en: "an IMAP server" },
  schema,
  urlSchemes: ["imaps", "imap"],
  fromUrl: (url) => {
    const { address, ...login } = mailboxFromUrl(url);
    return { imap: address, ...login };
  },
  target: (spec) => shownUrl(spec.imap),
  hosts: (spec) => [readMailboxUrl(spec.imap).host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const dialled = await dialMailbox(attempt, spec.imap, spec);
  if (!dialled.ok) return dialled.error;
  const opened = await openImap(attempt, dialled.value.socket, dialled.value.wanted);
  if (!opened.ok) return opened.error;
  if (dialled.value.wanted.login !== null) {
    // a login says nothing of the mails: their folder may be gone or belong to someone else
    const inbox = await opened.value.command("EXAMINE INBOX");
    if (!inbox.ok) return inbox.error;
    const count = inbox.value.map((line) => /^(\d{1,10}) EXISTS/i.exec(line)?.[1]).find((one) => one !== undefined);
    if (count !== undefined) attempt.facts["messages"] = Number(count);
  }
  const stopped = helloStop(attempt, opened.value, spec);
  await opened.value.logout();
  return stopped;
}
