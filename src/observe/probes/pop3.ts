import { z } from "zod";
import { runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { openPop3 } from "../../clients/pop3.ts";
import { key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { dialMailbox, helloStop, mailboxFromUrl, mailboxKeys, readMailboxUrl, shownUrl } from "../mailbox-check.ts";

const schema = z.strictObject({
  pop3: key(urlField(["pop3s", "pop3"]), {
    ja: "対象のサーバ(pop3s://ホスト。ポートを省くと 995、pop3:// は 110)",
    en: "the server, pop3s://host; port 995 when left out, 110 for pop3://",
  }),
  ...mailboxKeys,
});
type Spec = z.output<typeof schema>;

/** Whether a POP3 server greets, encrypts, and with a login also opens the mailbox. */
export const pop3 = defineProbe({
  kind: "pop3",
  summary: { ja: "POP3 サーバ", en: "a POP3 server" },
  schema,
  urlSchemes: ["pop3s", "pop3"],
  fromUrl: (url) => {
    const { address, ...login } = mailboxFromUrl(url);
    return { pop3: address, ...login };
  },
  target: (spec) => shownUrl(spec.pop3),
  hosts: (spec) => [readMailboxUrl(spec.pop3).host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const dialled = await dialMailbox(attempt, spec.pop3, spec);
  if (!dialled.ok) return dialled.error;
  const opened = await openPop3(attempt, dialled.value.socket, dialled.value.wanted);
  if (!opened.ok) return opened.error;
  if (dialled.value.wanted.login !== null) {
    const status = await opened.value.command("STAT");
    if (!status.ok) return status.error;
    attempt.facts["messages"] = Number(/^\d{1,10}/.exec(status.value)?.[0] ?? 0);
  }
  const stopped = helloStop(attempt, opened.value, spec);
  await opened.value.quit();
  return stopped;
}
