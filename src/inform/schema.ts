import { z } from "zod";
import { fingerprintField, key, secretField } from "../kernel/fields.ts";
import { langs } from "../kernel/lang.ts";

const publish = z.strictObject({
  at: key(z.string().optional(), {
    ja: "置き場所。省くと koboshi のこのマシン",
    en: "the place; this machine when left out",
  }),
  to: key(z.string().regex(/^(?:s3:.+|sftp:.+|\.{0,2}\/.*)$/), {
    ja: "/フォルダ、sftp:ホスト名:/フォルダ、s3:バケット",
    en: "/folder, sftp:host:/folder or s3:bucket",
  }),
  user: key(z.string().optional(), {
    ja: "SFTP のユーザー名。省くとホストのもの",
    en: "user for SFTP; the host's when left out",
  }),
  key: key(secretField().optional(), {
    ja: "SFTP の秘密鍵。省くとホストのもの",
    en: "private key for SFTP; the host's when left out",
  }),
  host_key: key(fingerprintField().optional(), {
    ja: "ホスト鍵の指紋。省くとホストのもの",
    en: "fingerprint of the host key; the host's when left out",
  }),
  port: key(z.int().min(1).max(65_535).optional(), { ja: "SFTP のポート", en: "port of SFTP" }),
});

const StatusPageConfig = z.strictObject({
  title: key(z.string().min(1).optional(), { ja: "見出し", en: "the heading" }),
  langs: key(
    z
      .array(z.enum(langs))
      .min(1)
      .default([...langs]),
    { ja: "言葉。最初のものが主", en: "languages, the main one first" },
  ),
  show: key(z.array(z.string()).optional(), {
    ja: "載せるサービス。省くとすべて",
    en: "services shown; all when left out",
  }),
  publish: key(z.array(publish).default([]), {
    ja: "公開先。見守っている場所とは別の所を1つ以上",
    en: "where it is put; at least one away from what it reports on",
  }),
  contact: key(
    z
      .strictObject({
        phone: key(z.string().optional(), { ja: "電話", en: "phone" }),
        hours: key(z.string().optional(), { ja: "受付時間", en: "hours" }),
        mail: key(z.string().optional(), { ja: "メール", en: "mail" }),
      })
      .optional(),
    { ja: "お問い合わせ先", en: "whom visitors can ask" },
  ),
});

/** Keys at the top of the file that belong to informing. */
export const informSchema = {
  status_page: key(StatusPageConfig.optional(), { ja: "稼働状況ページ", en: "the public status page" }),
};
