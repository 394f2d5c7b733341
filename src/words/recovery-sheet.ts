import type { Lang } from "../kernel/lang.ts";
import type { SheetFacts } from "../kernel/ports-restore.ts";
import { catalogue } from "./catalogue.ts";
import { fullDateTime } from "./format.ts";
import { byteText } from "./recovery-restore.ts";

const sheetWords = catalogue(
  {
    title: (site: string, plan: string) => `復元の手順 — ${site} / ${plan}`,
    printed: (at: string) =>
      `印刷: ${at}   控えが増えても手順は同じです。番号は下の「控えを選ぶ」で新しいものに替えてください。`,
    noSecrets: "この紙にパスワードは載っていません。",
    people: "1. 連絡する人",
    none: "(登録なし)",
    providers: "業者の窓口",
    account: (name: string) => `契約 ${name}`,
    key: "2. 暗号パスワード(これがないと、だれにも戻せません)",
    keyFrom: (source: string) => `koboshi が読む場所: ${source}`,
    keyAlso: (places: string) => `控えのある場所: ${places}`,
    keyUnknown: "控えのある場所が登録されていません。今すぐ紙か人に預け、koboshi.yml の key.also に書いてください。",
    order: "3. 戻す順番(先に戻すほど、早く業務が始まります)",
    services: (names: string) => `使うサービス: ${names}`,
    copies: "4. 控えを選ぶ",
    newest: (set: string, at: string, size: string) => `最新の完了した控え: ${set}  ${at}  ${size}`,
    noCopy: "完了した控えがないか、印刷のときに読めませんでした。",
    liesOn: (machine: string) =>
      `この保管庫は ${machine} のディスクの中にあります。以下のコマンドは ${machine} で実行してください。このマシンが失われると、この控えも失われます。`,
    notCarried:
      "控えに入らないもの: ソケット、chattr の印(+i、+a など)。UTF-8 でないリンク先は、古い restic だけでは元どおりになりません(koboshi は記録から直します)。",
    unread: (why: string) => `印刷のときに読めなかった理由: ${why}`,
    external: "業者が持つ控えです。上の窓口に復元を頼んでください。",
    warning: "restic の latest は使わないでください。set.json のない控えは途中で終わったものです。",
    list: "新しい控えを探す(part=commit の行が、完了の印です):",
    record: "その控えの記録を読む(parts に、各部分の番号があります):",
    restore: "5. ファイルを戻す(空のフォルダへ。元の場所へは、確かめてから移します)",
    databases: "6. データベースを戻す(必ず、書き出しのハッシュ値を比べてから取り込みます)",
    rows: "行の数が控えの記録(tables の rows)と同じなら、元の名前にします。",
    check: "7. 確かめる: 行数、最新の記録、文字化けがないこと。サービスを起動し、外から開いて確かめます。",
    withKoboshi: "koboshi が使えるときは、この1行で同じことができます:",
    prepare: "用意するもの: Linux と restic(apt-get install restic)、上のパスワードを書いたファイル(chmod 600)",
  },
  {
    title: (site, plan) => `How to restore — ${site} / ${plan}`,
    printed: (at) => `Printed: ${at}   The steps stay the same; take newer ids as shown in "Choose a copy".`,
    noSecrets: "There is no password on this sheet.",
    people: "1. Whom to call",
    none: "(nobody is listed)",
    providers: "Providers",
    account: (name) => `account ${name}`,
    key: "2. The password of the encryption (without it nobody can restore anything)",
    keyFrom: (source) => `koboshi reads it from: ${source}`,
    keyAlso: (places) => `Copies of it: ${places}`,
    keyUnknown:
      "No copy of it is listed. Give one to paper or a person today, and write it into key.also of koboshi.yml.",
    order: "3. What comes back first",
    services: (names) => `for: ${names}`,
    copies: "4. Choose a copy",
    newest: (set, at, size) => `Newest committed copy: ${set}  ${at}  ${size}`,
    noCopy: "There was no committed copy, or it could not be read when this was printed.",
    liesOn: (machine) =>
      `This repository lies on a disk of ${machine}: run the commands below there. It is lost together with that machine.`,
    notCarried:
      "In no copy: sockets, and the flags of chattr (+i, +a …). An older restic alone garbles targets of links that are not UTF-8 (koboshi mends them from its record).",
    unread: (why) => `Why it could not be read: ${why}`,
    external: "This copy is the provider's: ask them to restore it.",
    warning: "Do not use restic's «latest». A copy without set.json was never finished.",
    list: "Find newer copies (a line with part=commit is the proof that one is complete):",
    record: "Read its record (`parts` has the ids):",
    restore: "5. Restore the files (into an empty folder; move them into place after looking)",
    databases: "6. Restore the databases (never load before the sum of the dump was compared)",
    rows: "Give it its name when the rows are as many as the record says (`tables`, `rows`).",
    check: "7. Check: rows, the newest record, no garbled text. Start the services and open them from outside.",
    withKoboshi: "Where koboshi is at hand, this one line does the same:",
    prepare: "Needed: Linux with restic (apt-get install restic), and a file with the password above (chmod 600)",
  },
);

interface Printing {
  readonly lang: Lang;
  readonly timeZone: string;
  readonly printedAtMs: number;
}

type Copy = SheetFacts["copies"][number];

/** The sheet as plain text, to be printed. Ids and commands are literal; secrets are not on it. */
export function sheetText(facts: SheetFacts, printing: Printing): string {
  const { lang, timeZone, printedAtMs } = printing;
  const say = sheetWords(lang);
  return [
    `${say.title(facts.site, facts.plan)}\n${say.printed(fullDateTime(printedAtMs, timeZone, lang))}\n${say.noSecrets}`,
    part(say.people, peopleLines(facts, lang)),
    part(say.key, keyLines(facts, lang)),
    part(
      say.order,
      facts.order.map(
        ({ plan, services }, index) =>
          `${index + 1}) ${plan}${services.length === 0 ? "" : `  ${say.services(services.join(", "))}`}`,
      ),
    ),
    part(say.copies, [say.prepare, say.warning, ...facts.copies.flatMap((copy) => copyLines(facts, copy, printing))]),
    part(say.restore, [
      ...facts.copies.flatMap((copy) => fileLines(copy)),
      ...(facts.paths.length === 0 ? [] : [say.notCarried]),
    ]),
    ...(facts.databases.length === 0
      ? []
      : [part(say.databases, [...facts.copies.slice(0, 1).flatMap((copy) => databaseLines(facts, copy)), say.rows])]),
    `${say.check}\n   ${say.withKoboshi}\n   koboshi backup restore --repo ${word(facts.copies[0]?.target.repo ?? "REPO")} --password-file KEYFILE --folder /srv/restored`,
  ].join("\n\n");
}

function part(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `   ${line}`)].join("\n");
}

function peopleLines({ people, providers }: SheetFacts, lang: Lang): readonly string[] {
  const say = sheetWords(lang);
  const lines = people.map(({ name, phone, mail }) => [name, phone ?? "—", mail ?? ""].join("  ").trimEnd());
  const known = providers.filter(({ phone, account }) => phone !== null || account !== null);
  const desks = known.map(
    ({ name, phone, account }) => `${name}  ${phone ?? "—"}${account === null ? "" : `  ${say.account(account)}`}`,
  );
  return [...(lines.length === 0 ? [say.none] : lines), ...(desks.length === 0 ? [] : [say.providers, ...desks])];
}

function keyLines({ keySource, keyAlso, keyHolders }: SheetFacts, lang: Lang): readonly string[] {
  const say = sheetWords(lang);
  const places = [...keyAlso, ...keyHolders];
  return [
    ...(keySource === null ? [] : [say.keyFrom(keySource)]),
    places.length === 0 ? say.keyUnknown : say.keyAlso(places.join(", ")),
  ];
}

function copyLines(
  { plan, host, hostAddress }: SheetFacts,
  { target, provider, liesOnHost, record, trouble }: Copy,
  printing: Printing,
): readonly string[] {
  const { lang } = printing;
  const say = sheetWords(lang);
  const head = `[${target.at}]${provider === null ? "" : ` ${provider}`}`;
  if (target.repo === null) return [head, say.external];
  const newest =
    record === null ? say.noCopy : say.newest(record.set, record.snapshotAt, byteText(record.totals.bytes));
  return [
    head,
    newest,
    ...(liesOnHost ? [say.liesOn(hostAddress === null ? host : `${host} (${hostAddress})`)] : []),
    ...(trouble === null ? [] : [say.unread(trouble)]),
    `export RESTIC_REPOSITORY=${word(target.repo)} RESTIC_PASSWORD_FILE=/root/key`,
    say.list,
    `restic snapshots --no-lock --tag koboshi,part=commit,${word(`plan=${plan}`)}`,
    say.record,
    `restic dump --no-lock SNAPSHOT ${word(`/koboshi/${plan}/set.json`)}`,
  ];
}

function fileLines({ target, record }: Copy): readonly string[] {
  const files = record?.parts.find((each) => each.part === "files");
  if (target.repo === null || (record !== null && files === undefined)) return [];
  return [`[${target.at}] restic restore ${files?.snapshot ?? "SNAPSHOT"} --no-lock --verify --target /srv/restored`];
}

function databaseLines({ plan }: SheetFacts, { record }: Copy): readonly string[] {
  const dumps = (record?.parts ?? []).filter((each) => each.part === "dump");
  return dumps.flatMap(({ of, snapshot, sha256 }) => {
    const [engine = "", ...rest] = (of ?? "").split("/");
    const name = rest.join("/");
    const file = `${engine}-${name === "*" ? "roles" : `db-${encodeURIComponent(name)}`}.${engine === "sqlite" ? "sqlite" : "sql"}`;
    const fetch = [
      `restic dump --no-lock ${snapshot} ${word(`/koboshi/${plan}/${file}`)} > ${word(file)}`,
      ...(sha256 === null ? [] : [`echo '${sha256}  ${file}' | sha256sum -c -`]),
    ];
    return [`[${of ?? ""}]`, ...fetch, ...loadLines(engine, name, file)];
  });
}

function loadLines(engine: string, name: string, file: string): readonly string[] {
  const restoring = `${name}__restoring`;
  if (engine === "sqlite") return [`sqlite3 ${word(file)} 'PRAGMA integrity_check'`, `mv ${word(file)} ${word(name)}`];
  if (name === "*")
    return [engine === "postgres" ? `psql -X -d postgres < ${word(file)}` : `mariadb --force < ${word(file)}`];
  if (engine === "postgres")
    return [
      `createdb -T template0 -E UTF8 ${word(restoring)}`,
      `psql -X -1 -v ON_ERROR_STOP=1 -d ${word(restoring)} < ${word(file)}`,
      `psql -X -d postgres -c ${word(`ALTER DATABASE "${restoring}" RENAME TO "${name}"`)}`,
    ];
  return [
    `mariadb -e ${word(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`)}`,
    `mariadb --default-character-set=utf8mb4 ${word(name)} < ${word(file)}`,
  ];
}

/** One word for a POSIX shell, whatever it holds. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
