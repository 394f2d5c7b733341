import { catalogue } from "./catalogue.ts";

/** How the usual providers tell their customers, as a proposal for the configuration. */
export const presetWords = catalogue(
  {
    notChecked: "アドレスは未確認です。貼る前に開いて確かめてください",
    notCheckedShort: "未確認",
    checked: (day: string) => `${day} に確認したアドレスです`,
    noticesTitle: "お知らせ",
    title: "まだ読んでいない提供元",
    lead: "次の提供元のお知らせは、まだ読んでいません。下の行を koboshi.yml に貼ると読み始めます。貼るまでは何も読みません。",
    newLead: (names: string) =>
      `${names}: 次の行を koboshi.yml に足してください(providers: がすでにあれば、その下に2行目から)。`,
    knownLead: (name: string, preset: string) =>
      `${name}(${preset}): koboshi.yml の providers の ${name} の下に、次の行を足してください。`,
    noPreset: (names: string) =>
      `${names}: お知らせの場所が koboshi に登録されていません。その会社のお知らせページを探し、providers に notices: [ { page: https://… } ] の形で書いてください。RSS があれば feed、メールで届くなら imap と書けます。`,
    howToFind: "よく使われる提供元の書き方は koboshi notice presets で見られます。",
    cliNext: "koboshi.yml に貼る行は、名前を付けると出ます。例: koboshi notice presets sakura",
    cliPaste:
      "次の行を koboshi.yml に貼ってください。名前は places の provider: と同じにします(providers: がすでにあれば、その下に2行目から)。",
    cliNone:
      "登録されている提供元は koboshi notice presets で一覧できます。載っていなければ、お知らせのページを providers に notices: [ { page: https://… } ] の形で書いてください。",
    support: "問い合わせ",
    console: "管理画面",
  },
  {
    notChecked: "these addresses were not checked; open them before you paste",
    notCheckedShort: "not checked",
    checked: (day: string) => `addresses checked on ${day}`,
    noticesTitle: "Notices",
    title: "Providers nobody reads yet",
    lead: "Notices of these providers are not read yet. Paste the lines below into koboshi.yml to begin; nothing is read until then.",
    newLead: (names: string) =>
      `${names}: add these lines to koboshi.yml (where providers: is there already, below it, from the second line on).`,
    knownLead: (name: string, preset: string) =>
      `${name} (${preset}): add these lines below ${name} in providers of koboshi.yml.`,
    noPreset: (names: string) =>
      `${names}: koboshi does not know where they tell their customers. Find their page of notices and write it into providers as notices: [ { page: https://… } ]; feed for RSS, imap for mail.`,
    howToFind: "koboshi notice presets shows how the usual providers are written.",
    cliNext: "Give a name to get the lines for koboshi.yml, such as: koboshi notice presets sakura",
    cliPaste:
      "Paste these lines into koboshi.yml. The name must be the one places have as provider: (where providers: is there already, paste below it, from the second line on).",
    cliNone:
      "koboshi notice presets lists those that are known. For another one, write its page of notices into providers as notices: [ { page: https://… } ].",
    support: "support",
    console: "console",
  },
);
