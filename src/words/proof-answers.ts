import type { Bilingual, Lang } from "../kernel/lang.ts";

/** What far sides answer when a proof cannot be made at all, by what is found in their answer; the first counts. */
const answers: readonly (readonly [RegExp, Bilingual])[] = [
  [
    /^no-keys$/,
    {
      ja: "置き場所に access_key と secret_key が書かれていません",
      en: "the place has no access_key and secret_key",
    },
  ],
  [/^kind-unknown$/, { ja: "この種類の置き場所では試せません", en: "this kind of storage cannot be tried" }],
  [/^no-address$/, { ja: "保管庫のアドレスを読めません", en: "the repository's address cannot be read" }],
  [
    /^no-program$/,
    {
      ja: "控えを取るマシンに、試すためのプログラム(curl、sftp、rclone)がありません",
      en: "the machine that writes lacks the program to try with (curl, sftp or rclone)",
    },
  ],
  [
    /InvalidAccessKeyId/,
    { ja: "access_key が置き場所に知られていません", en: "the storage does not know this access_key" },
  ],
  [/SignatureDoesNotMatch/, { ja: "secret_key が違います", en: "the secret_key is wrong" }],
  [
    /NoSuchBucket/,
    {
      ja: "そのバケットはありません。repo の名前と places の endpoint を確かめてください",
      en: "there is no such bucket: check its name in repo and the endpoint of the place",
    },
  ],
  [
    /RequestTimeTooSkewed/,
    {
      ja: "koboshi と置き場所の時計が15分より大きくずれています。NTP に合わせてください",
      en: "the clocks of koboshi and of the storage differ by more than 15 minutes: set them by NTP",
    },
  ],
  [
    /AuthorizationHeaderMalformed/,
    { ja: "places の region がバケットのものと違います", en: "the region of the place is not the bucket's" },
  ],
  [
    /^curl (?:60|51|35|58|77)\b/,
    {
      ja: "サーバーの証明書を信頼できません。独自の認証局なら places の ca に書いてください",
      en: "its certificate is not trusted: name an authority of your own in ca of the place",
    },
  ],
  [/^curl 7\b/, { ja: "サーバーに接続できません", en: "its server takes no connection" }],
  [/^curl 6\b/, { ja: "サーバーの名前が引けません", en: "its server's name cannot be resolved" }],
  [/^curl 28\b/, { ja: "サーバーが時間内に答えません", en: "its server does not answer in time" }],
];

/** A far side's answer for a reader: what it means where that is known, and always what was said. Foreign text. */
export function answerText(answer: string, lang: Lang): string {
  const known = answers.find(([pattern]) => pattern.test(answer))?.[1][lang];
  if (known === undefined) return answer;
  return /^[a-z-]+$/.test(answer) ? known : lang === "ja" ? `${known}(${answer})` : `${known} (${answer})`;
}

const held: Bilingual = { ja: "中身はそのまま", en: "intact" };
const lost: Bilingual = { ja: "中身が変わった", en: "changed" };
/** What else than a changed content was looked for. */
const otherwise: Readonly<Record<string, { readonly held: Bilingual; readonly lost: Bilingual }>> = {
  write: { held, lost: { ja: "書けませんでした", en: "not written" } },
  control: { held: { ja: "消えません", en: "still there" }, lost: { ja: "消えました", en: "gone" } },
  lock: {
    held: { ja: "足りています", en: "long enough" },
    lost: { ja: "書かれた期間に足りません", en: "shorter than written" },
  },
};

/** What was there after a way had been tried. */
export function afterText(way: string, intact: boolean, lang: Lang): string {
  const words = Object.hasOwn(otherwise, way) ? otherwise[way] : undefined;
  return (intact ? (words?.held ?? held) : (words?.lost ?? lost))[lang];
}
