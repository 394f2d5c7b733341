import { langs, type Lang } from "../kernel/lang.ts";

function known(text: string | undefined): Lang | undefined {
  return langs.find((lang) => text?.toLowerCase().startsWith(lang) === true);
}

/** `--lang`, then KOBOSHI_LANG, then the locale (C and POSIX speak English); Japanese when nothing says anything. */
export function chooseLang(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Lang {
  const at = argv.indexOf("--lang");
  const flag = at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith("--lang="))?.slice("--lang=".length);
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return known(flag) ?? known(env["KOBOSHI_LANG"]) ?? (locale === undefined ? "ja" : (known(locale) ?? "en"));
}
