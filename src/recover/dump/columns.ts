import type { DumpedColumn } from "./tally.ts";

const textType =
  /^(?:text|tinytext|mediumtext|longtext|character|varchar|char|citext|json|jsonb|xml|bpchar|enum|set|national)\b/i;

/** One line of a CREATE TABLE as PostgreSQL's and MySQL's dumps write it; null: no column. */
export function readColumn(line: string): DumpedColumn | null {
  const match = /^\s+(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)"|([a-z_][\w$]*))\s+(.+?),?$/i.exec(line);
  if (match === null) return null;
  const [, back, double, bare = "", type = ""] = match;
  const name = back?.replaceAll("``", "`") ?? double?.replaceAll('""', '"') ?? bare;
  if (
    back === undefined &&
    double === undefined &&
    /^(?:constraint|primary|unique|check|foreign|exclude)$/i.test(bare)
  ) {
    return null;
  }
  return { name, kind: kindOf(type) };
}

function kindOf(type: string): DumpedColumn["kind"] {
  if (textType.test(type) || /^(?:\w+\.)?citext\b/.test(type)) return "text";
  if (/\bAUTO_INCREMENT\b/.test(type)) return "key";
  return /^timestamp\b/i.test(type) ? "stamp" : "other";
}

/** `public.t`, `"Über"."t"`, `` `t` `` without their quotes. */
export function bareName(quoted: string): string {
  const parts = quoted.match(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|[^.]+/g) ?? [quoted];
  return parts
    .map((part) => {
      const mark = part[0] ?? "";
      return mark === "`" || mark === '"' ? part.slice(1, -1).replaceAll(mark + mark, mark) : part;
    })
    .join(".");
}

/** `(a, "b c")` → names. */
export function columnNames(list: string): readonly string[] {
  return [...list.matchAll(/`((?:[^`]|``)*)`|"((?:[^"]|"")*)"|([^\s,()]+)/g)].map(
    ([, back, double, bare]) => back?.replaceAll("``", "`") ?? double?.replaceAll('""', '"') ?? bare ?? "",
  );
}
