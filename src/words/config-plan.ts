import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

const nouns = {
  site: { ja: "サイト", en: ["site", "site"] },
  hub: { ja: "koboshi 自身", en: ["setting of koboshi", "settings of koboshi"] },
  person: { ja: "人", en: ["person", "people"] },
  place: { ja: "置き場所", en: ["place", "places"] },
  provider: { ja: "業者", en: ["provider", "providers"] },
  vantage: { ja: "観測地点", en: ["vantage", "vantages"] },
  host: { ja: "ホスト", en: ["host", "hosts"] },
  service: { ja: "サービス", en: ["service", "services"] },
  check: { ja: "監視項目", en: ["check", "checks"] },
  threshold: { ja: "しきい値", en: ["threshold", "thresholds"] },
  job: { ja: "ジョブ", en: ["job", "jobs"] },
  channel: { ja: "連絡手段", en: ["channel", "channels"] },
  escalation: { ja: "引き継ぎ", en: ["escalation", "escalations"] },
  quiet: { ja: "静かな時間帯", en: ["quiet hours", "quiet hours"] },
  page: { ja: "稼働状況ページ", en: ["status page", "status pages"] },
  "page-target": { ja: "公開先", en: ["page target", "page targets"] },
  watchdog: { ja: "外の見張り", en: ["watchdog", "watchdogs"] },
  peer: { ja: "別の koboshi", en: ["peer", "peers"] },
  backup: { ja: "バックアップ", en: ["backup", "backups"] },
  automation: { ja: "自動化の道具", en: ["automation", "automations"] },
  "audit-event": { ja: "生存監査の出来事", en: ["event of the audit", "events of the audit"] },
  inactive: { ja: "まだ働かない項目", en: ["key not active yet", "keys not active yet"] },
} as const satisfies Readonly<Record<string, { readonly ja: string; readonly en: readonly [string, string] }>>;
type Noun = keyof typeof nouns;

interface Entry {
  readonly action: "added" | "changed" | "removed";
  readonly noun: Noun;
  readonly name: string;
  readonly changes: readonly {
    readonly key: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly secret: boolean;
  }[];
  readonly restart: boolean;
}

const words = catalogue(
  {
    nothing: "変わるものはありません",
    absent: "なし",
    secret: "秘密の値が変わります",
    restart: "次に起動したときから",
    added: "追加",
    changed: "変更",
    removed: "削除",
  },
  {
    nothing: "Nothing changes",
    absent: "nothing",
    secret: "a secret changes",
    restart: "from the next start",
    added: "added",
    changed: "changed",
    removed: "removed",
  },
);

const signs = { added: "+", changed: "~", removed: "−" } as const;
const actions = ["added", "changed", "removed"] as const;

/** `+1 check, ~1 threshold, −0` */
export function planSummary(entries: readonly Entry[], lang: Lang): string {
  if (entries.length === 0) return words(lang).nothing;
  const parts = actions.flatMap((action) => {
    const counts = new Map<Noun, number>();
    for (const entry of entries) if (entry.action === action) counts.set(entry.noun, (counts.get(entry.noun) ?? 0) + 1);
    if (counts.size === 0) return [`${signs[action]}0`];
    return [...counts].map(([noun, count]) => `${signs[action]}${count} ${planNoun(noun, count, lang)}`);
  });
  return parts.join(lang === "ja" ? "、" : ", ");
}

function planNoun(noun: Noun, count: number, lang: Lang): string {
  return lang === "ja" ? nouns[noun].ja : nouns[noun].en[count === 1 ? 0 : 1];
}

/** `~ しきい値 shop/http: expect.within 2s → 3s`, one line for every entry. */
export function planLines(entries: readonly Entry[], lang: Lang): string[] {
  return entries.map((entry) => {
    const { action, noun, name, changes, restart } = entry;
    const say = words(lang);
    const told = changes.map(({ key, before, after, secret }) =>
      secret ? `${key} (${say.secret})` : `${key} ${before ?? say.absent} → ${after ?? say.absent}`,
    );
    const head = `${signs[action]} ${say[action]} ${planNoun(noun, 1, lang)}${name === "" ? "" : ` ${name}`}`;
    const body = told.length === 0 ? "" : `: ${told.join(", ")}`;
    return `${head}${body}${restart ? ` (${say.restart})` : ""}`;
  });
}
