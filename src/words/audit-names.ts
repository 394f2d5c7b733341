import type { Lang } from "../kernel/lang.ts";
import type { AuditFact, ChangeKind, FactCode, LossEvent, LossKind, RecoveryPhase } from "../kernel/ports-audit.ts";
import { list } from "./format.ts";

type Both = Readonly<Record<Lang, string>>;

const losses: Readonly<Record<LossKind, Both>> = {
  disk: { ja: "ディスク故障", en: "disk failure" },
  host: { ja: "ホスト全損", en: "total loss of the host" },
  segment: { ja: "区画停止", en: "segment down" },
  region: { ja: "地域災害", en: "disaster in the region" },
  "provider-closes": { ja: "事業者の廃業", en: "the provider closing down" },
  "provider-deletes": { ja: "事業者による消去", en: "the provider deleting everything" },
  "account-suspended": { ja: "口座停止", en: "account suspended" },
  "account-stolen": { ja: "口座乗っ取り", en: "account taken over" },
  "admin-mistake": { ja: "管理者の操作ミス", en: "one administrator's mistake" },
  "admin-malice": { ja: "内部者の破壊", en: "an insider" },
  "person-gone": { ja: "担当者の不在", en: "a person gone" },
  "host-root-stolen": { ja: "ホスト侵害", en: "root on the host stolen" },
  "hub-stolen": { ja: "koboshi の侵害", en: "koboshi itself taken over" },
  "hub-lost": { ja: "koboshi の喪失", en: "koboshi itself lost" },
  ransomware: { ja: "暗号化攻撃", en: "ransomware" },
  "automation-everywhere": { ja: "一斉実行の誤り", en: "automation gone wrong everywhere" },
  "silent-corruption": { ja: "気づかない破損", en: "silent corruption" },
  "bad-release": { ja: "変更の誤りによるデータ破壊", en: "a bad release damaging data" },
  "key-lost": { ja: "鍵の紛失", en: "encryption key lost" },
  "key-leaked": { ja: "鍵の漏えい", en: "encryption key leaked" },
  "credential-leaked": { ja: "認証情報の漏えい", en: "credential leaked" },
  "dns-lost": { ja: "DNS・ドメインの喪失", en: "DNS or domain lost" },
  "network-partition": { ja: "拠点間の不通", en: "no network between places" },
  "repository-rot": { ja: "検査されていない保管庫の腐敗", en: "rot in repositories nobody has read" },
  "retention-trap": { ja: "世代の使い切り", en: "running out of generations" },
};

const kinds: Readonly<Record<string, Both>> = {
  provider: { ja: "事業者", en: "provider" },
  place: { ja: "置き場所", en: "place" },
  account: { ja: "口座", en: "account" },
  region: { ja: "地域", en: "region" },
  host: { ja: "ホスト", en: "host" },
  hosts: { ja: "すべてのホスト", en: "all hosts" },
  disk: { ja: "ディスク", en: "disk" },
  segment: { ja: "区画", en: "segment" },
  person: { ja: "担当者", en: "person" },
  credential: { ja: "認証情報", en: "credential" },
  key: { ja: "鍵", en: "key" },
  repository: { ja: "保管庫", en: "repository" },
  automation: { ja: "自動化", en: "automation" },
  service: { ja: "サービス", en: "service" },
  paper: { ja: "紙", en: "paper" },
  dns: { ja: "DNS", en: "DNS" },
  page: { ja: "公開ページ", en: "status page" },
  hub: { ja: "koboshi", en: "koboshi" },
};

/** `place:office` as `置き場所 office` / `place office`. */
export function componentText(id: string, lang: Lang): string {
  const at = id.indexOf(":");
  if (at === -1) return kinds[id]?.[lang] ?? id;
  const [kind, name] = [id.slice(0, at), id.slice(at + 1)];
  if (name === "?")
    return lang === "ja" ? `分かっていない${kinds[kind]?.ja ?? kind}` : `an unknown ${kinds[kind]?.en ?? kind}`;
  return kinds[kind] === undefined ? id : `${kinds[kind][lang]} ${name}`;
}

export function componentsText(ids: readonly string[], lang: Lang): string {
  return list(
    ids.map((id) => componentText(id, lang)),
    lang,
  );
}

/** `口座乗っ取り(omni-1)` / `account taken over (omni-1)`; what was asked for is called by its own name. */
export function lossText({ kind, of }: LossEvent, lang: Lang): string {
  if (kind === "custom") return of ?? "";
  if (kind === "without") {
    if (of === null) return lang === "ja" ? "今のまま" : "as things stand";
    const things = componentsText(of.split(" + "), lang);
    return lang === "ja" ? `${things} の喪失` : `the loss of ${things}`;
  }
  const name = losses[kind][lang];
  if (of === null) return name;
  const what = of === "?" ? (lang === "ja" ? "分からないもの" : "unknown") : of.replace(">", " → ");
  return lang === "ja" ? `${name}(${what})` : `${name} (${what})`;
}

type Say = (of: string) => Both;
const facts: Readonly<Record<FactCode, Say>> = {
  copy: (of) => ({ ja: `${of} の控えが実際に読めること`, en: `that the copies at ${of} can really be read` }),
  "append-only": (of) => ({
    ja: `${of} の控えを書き手の資格情報では消せないこと`,
    en: `that the writer's credentials cannot delete at ${of}`,
  }),
  locked: (of) => ({ ja: `${of} の消去ロックが効いていること`, en: `that the lock against deleting works at ${of}` }),
  key: (of) => ({ ja: `${of} の鍵がほかにどこにあるか`, en: `where else the key of ${of} is` }),
  "key-holder": (of) => ({
    ja: `${of.replace("@", " の鍵が ")} に本当にあること(封筒を開けた日)`,
    en: `that the key of ${of.replace("@", " is really with ")} (when was it last looked at)`,
  }),
  "person-can": (of) => ({
    ja: `${of} さんがどこにログインでき、何を消せるか(people.${of}.can)`,
    en: `where ${of} can log in and what ${of} can delete (people.${of}.can)`,
  }),
  "login-shared": (of) => ({
    ja: `${of} の口座が本番と同じログインで開くか(places.${of}.login_shared_with。なければ [])`,
    en: `whether the account of ${of} opens with the same login as the live side (places.${of}.login_shared_with; [] for no)`,
  }),
  region: (of) => ({
    ja: `${of} がどの地域にあるか(places.${of}.region)`,
    en: `which region ${of} is in (places.${of}.region)`,
  }),
  "host-place": (of) => ({
    ja: `ホスト ${of} がどこにあるか(hosts.${of}.at)`,
    en: `where host ${of} is (hosts.${of}.at)`,
  }),
  "host-credentials": (of) => ({
    ja: `ホスト ${of} にほかの控えを消せる資格情報が置かれていないこと`,
    en: `that no credential on host ${of} can delete other copies`,
  }),
  "hub-place": () => ({
    ja: "koboshi 自身がどこで動いているか(vantages の here の at)",
    en: "where koboshi itself runs (at: of the vantage here)",
  }),
  automation: () => ({
    ja: "多くのホストで一斉に動くプログラムがあるか(automation)",
    en: "whether any program acts on many hosts at once (automation)",
  }),
  reading: (of) => ({ ja: `${of} をほかに誰が読めるか`, en: `who else can read ${of}` }),
  takeover: (of) => ({
    ja: `${of} の管理画面からホストに入れるか`,
    en: `whether hosts can be entered by the console of ${of}`,
  }),
  "same-disk": (of) => ({
    ja: `ホスト ${of} の控えが本番と別のディスクにあること`,
    en: `that the copies on host ${of} are on another disk`,
  }),
  mounted: (of) => ({
    ja: `${of} の保管庫のフォルダが、控えを取るホスト自身のディスクではなく、置き場所からマウントされたものであること`,
    en: `that the folder of ${of} is mounted from its place, and not on the very host that is copied`,
  }),
  generations: (of) => ({ ja: `${of} に古い世代が残っていること`, en: `that old generations of ${of} are there` }),
  damage: (of) => ({ ja: `${of} の検査で見つかった傷が直ったこと`, en: `that the damage found in ${of} is mended` }),
};

/** What would have to be known, as what completes `… を確かめる` / `confirm …`. */
export function factText({ code, of }: AuditFact, lang: Lang): string {
  return facts[code](of)[lang];
}

const changes: Readonly<Record<ChangeKind, (of: string, at: string) => Both>> = {
  prove: (of) => ({ ja: `${of}を確かめる`, en: `Confirming ${of}` }),
  revoke: (of) => {
    const [holder = "", right = ""] = of.split(">");
    return { ja: `${holder} から ${right} の権限を外す`, en: `Taking ${right} away from ${holder}` };
  },
  key: (of, at) => ({
    ja: `${of} の鍵の写しを ${at} にも置く`,
    en: `Keeping one more copy of the key of ${of} at ${at}`,
  }),
  reader: (of) => ({ ja: `${of} を読める人をもう1人決める`, en: `Giving one more person the right to read ${of}` }),
  retention: (of) => ({ ja: `${of} の世代をもっと長く残す`, en: `Keeping generations of ${of} longer` }),
  "append-only": (of) => ({
    ja: `${of} の控えを書き手から消せなくする`,
    en: `Making the copies at ${of} undeletable for their writer`,
  }),
  copy: (of, at) =>
    at === ""
      ? {
          ja: `${of} の控えを、いまのどの置き場所とも事業者・地域の違う所にもう1つ置く`,
          en: `One more copy of ${of} at a new place, with another provider and in another region,`,
        }
      : { ja: `${of} の控えを ${at} にも置く`, en: `One more copy of ${of} at ${at}` },
};

export function changeText(
  { kind, of, at, fact }: { kind: ChangeKind; of: string; at: string | null; fact: AuditFact | null },
  lang: Lang,
): string {
  return changes[kind](fact === null ? of : factText(fact, lang), at ?? "")[lang];
}

const phases: Readonly<Record<RecoveryPhase, Both>> = {
  decide: { ja: "判断", en: "decide" },
  provision: { ja: "サーバーの用意", en: "get a server" },
  access: { ja: "取り出しの待ち", en: "wait for access" },
  fetch: { ja: "転送", en: "copy" },
  load: { ja: "取り込み", en: "load" },
  verify: { ja: "確認", en: "verify" },
  switch: { ja: "切り替え", en: "switch" },
};

export function phaseText(phase: RecoveryPhase, lang: Lang): string {
  return phases[phase][lang];
}
