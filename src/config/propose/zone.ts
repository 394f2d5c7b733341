import type { Lang } from "../../kernel/lang.ts";

/** The machine's zone; a machine that was never told one says UTC, which helps nobody in Japan. */
export function proposedZone(lang: Lang): string {
  const zone = new Intl.DateTimeFormat("en-US").resolvedOptions().timeZone;
  return lang === "ja" && /^(?:UTC|Etc\/.*)$/.test(zone) ? "Asia/Tokyo" : zone;
}
