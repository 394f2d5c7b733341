import type { Bilingual, Lang } from "../kernel/lang.ts";
import { hostChecks } from "./aftercare-host.ts";
import { serviceChecks } from "./aftercare-services.ts";
import type { CheckWords } from "./aftercare-words.ts";

/** Groups of `then:` in the file, and what keeps a window open besides the checks. */
const groups: Readonly<Record<string, Bilingual>> = {
  clock: { ja: "時計", en: "clock" },
  units: { ja: "サービスの稼働", en: "units" },
  checks: { ja: "監視項目", en: "checks" },
  ports: { ja: "待ち受けポート", en: "ports" },
  mounts: { ja: "マウント", en: "mounts" },
  network: { ja: "アドレスと経路", en: "network" },
  firewall: { ja: "ファイアウォール", en: "firewall" },
  packages: { ja: "パッケージとカーネル", en: "packages and kernel" },
  certificates: { ja: "証明書", en: "certificates" },
  database: { ja: "データベース", en: "databases" },
  backups: { ja: "その間のバックアップ", en: "backups" },
  recovery: { ja: "復元したもの", en: "what was restored" },
  reachable: { ja: "届くかどうか", en: "reachability" },
  "jobs-missed": { ja: "実行されなかった cron", en: "missed cron" },
  pages: { ja: "ページ", en: "pages" },
  mail: { ja: "メール", en: "mail" },
  identity: { ja: "同じ機械か", en: "same machine" },
  reboot: { ja: "再起動", en: "reboots" },
  disk: { ja: "ディスク", en: "disks" },
  licences: { ja: "ライセンスと鍵", en: "licences and tokens" },
  logs: { ja: "ログの記録", en: "logs" },
  monitoring: { ja: "koboshi の目", en: "koboshi's own eyes" },
  "not-looked-at": { ja: "まだ点検できていない", en: "not checked yet" },
  answers: { ja: "応答", en: "whether it answers" },
};

/** Words of one check; null for one that has none. */
export function checkWords(check: string, lang: Lang): CheckWords | null {
  return (hostChecks[check] ?? serviceChecks[check])?.[lang] ?? null;
}

/** What people call a check; its id where it has no name. */
export function checkName(check: string, lang: Lang): string {
  return checkWords(check, lang)?.title ?? groupName(check, lang);
}

/** What people call a group of checks. */
export function groupName(group: string, lang: Lang): string {
  return groups[group]?.[lang] ?? group;
}

/** `web1/clock-offset`, `service:shop/answers` in words. */
export function waivedName(waived: string, lang: Lang): string {
  const slash = waived.indexOf("/");
  return slash < 0 ? waived : `${waived.slice(0, slash)} ${checkName(waived.slice(slash + 1), lang)}`;
}
