import { z } from "zod";
import { blind, runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import type { PostOffice } from "../../clients/mailbox-post.ts";
import { durationField, key, secretField, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { readMailboxUrl } from "../mailbox-check.ts";
import { caField, refuse, urlHost } from "../probe-fields.ts";
import { goRound } from "../round-trip.ts";

const minuteMs = 60_000;
const [smtpPort, smtpsPort] = [25, 465];

const schema = z.strictObject({
  roundtrip: key(
    z.strictObject({
      send: key(mailAddressField(), { ja: "送り先のアドレス", en: "address to send to" }),
      read: key(urlField(["imaps", "imap", "pop3s", "pop3"]), {
        ja: "届いたことを確かめる箱(imaps://ホスト など)",
        en: "the mailbox to read, such as imaps://host",
      }),
      user: key(z.string().min(1).optional(), {
        ja: "箱のユーザー名。省くと送り先のアドレス",
        en: "user of the mailbox; the address itself when left out",
      }),
      password: key(secretField().optional(), { ja: "箱のパスワード", en: "password of the mailbox" }),
      via: key(urlField(["smtps", "smtp"]).optional(), {
        ja: "送信に使うサーバ(smtps://ホスト など)。省くと、外からのメールと同じく宛先ドメインの MX へ",
        en: "server to send by, such as smtps://host; the domain's MX, as mail from outside, when left out",
      }),
      via_user: key(z.string().min(1).optional(), {
        ja: "送信サーバのユーザー名。省くと認証なしで送る",
        en: "user of the sending server; without it no login there",
      }),
      via_password: key(secretField().optional(), {
        ja: "送信サーバのパスワード。省くと箱と同じ",
        en: "password of the sending server; the mailbox's when left out",
      }),
      from: key(mailAddressField().optional(), {
        ja: "差出人。省くと送り先と同じ",
        en: "the sender; the same as send when left out",
      }),
      starttls: key(z.boolean().optional(), {
        ja: "箱を STARTTLS で開く。省くと、パスワードが平文で流れてしまうときだけ",
        en: "open the mailbox by STARTTLS; when left out, only where a password would travel in clear",
      }),
      ca: caField(),
      within: key(durationField().optional(), {
        ja: "送り始めてから届くまでがこれより長ければ注意",
        en: "longer than this from the beginning of sending to its arrival is a warning",
      }),
    }),
    { ja: "送る先と読む箱", en: "where to send and read" },
  ),
});
type Spec = z.output<typeof schema>["roundtrip"];

/** Whether a mail that is sent also arrives, and how long it takes: the one check of mail that sees all of it. */
export const roundtrip = defineProbe({
  kind: "roundtrip",
  summary: { ja: "メールを送って届くまで", en: "a mail sent and read back" },
  schema,
  // a mail passes queues and filters; a round every minute would already be 1,440 mails a day
  defaults: { everyMs: 5 * minuteMs, timeoutMs: 3 * minuteMs, shortestEveryMs: minuteMs },
  addressedBy: ["roundtrip.read", "roundtrip.via"],
  // no URL says both where to send and where to read
  urlSchemes: [],
  fromUrl: (url) => ({ roundtrip: { send: `${url.username}@${urlHost(url)}`, read: `imaps://${url.host}` } }),
  target: (spec) => spec.roundtrip.send,
  hosts: ({ roundtrip: { read, via } }) => [
    readMailboxUrl(read).host.toLowerCase(),
    ...(via === undefined ? [] : [urlHost(new URL(via)).toLowerCase()]),
  ],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec.roundtrip)),
});

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const inUrl = readMailboxUrl(spec.read);
  const password = spec.password ?? inUrl.password ?? undefined;
  if (password === undefined) return blind("application", "password-missing", "no password for the mailbox").error;
  return goRound(attempt, {
    read: spec.read,
    mailbox: {
      user: spec.user ?? inUrl.user ?? spec.send,
      password,
      starttls: spec.starttls,
      ca: spec.ca,
      expect: {},
    },
    from: spec.from ?? spec.send,
    to: spec.send,
    office: officeIn(spec),
    withinMs: spec.within ?? Infinity,
    caFile: spec.ca ?? null,
  });
}

function officeIn({ via, via_user: viaUser, via_password: viaPassword, password, ca }: Spec): PostOffice | null {
  if (via === undefined) return null;
  const url = new URL(via);
  const isImplicit = url.protocol === "smtps:";
  const user = viaUser ?? (url.username === "" ? undefined : decodeURIComponent(url.username));
  const secret = viaPassword ?? password;
  return {
    host: urlHost(url),
    port: url.port === "" ? (isImplicit ? smtpsPort : smtpPort) : Number(url.port),
    isImplicit,
    login: user === undefined || secret === undefined ? null : { user, password: secret },
    caFile: ca ?? null,
  };
}

/** A plain address, without a name around it. */
function mailAddressField(): z.ZodType<string, string> {
  return z.string().transform((text, context): string => {
    const address = text.trim();
    const fits = address.length <= 254 && /^[^\s<>@"(),:;\\[\]]+@(?:[^\s<>@"(),:;\\[\]]+|\[[^\s[\]]+\])$/.test(address);
    return fits ? address : refuse(context, text, { finding: "bad-address", form: "probe@example.jp" });
  });
}
