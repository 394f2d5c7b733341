import type { Bound } from "./bound.ts";

export const sectionNames = [
  "identity",
  "disks",
  "sources",
  "users",
  "packages",
  "configuration",
  "tls",
  "network",
  "kernel",
  "units",
  "runtimes",
  "cron",
  "dns",
  "state",
] as const;
/** In the order of the replay. */
export type SectionName = (typeof sectionNames)[number];

/** A file as it lay on the source. */
export interface FileState {
  readonly kind: "file" | "link";
  /** octal: `0640` */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** where a link leads */
  readonly to?: string;
  /** hex, of a file */
  readonly sha256?: string;
  /** exactly one of the two for a file that was small enough */
  readonly text?: string;
  readonly base64?: string;
}

/** One thing of a machine that a rebuild has to bring back, or a person has to know. */
export interface RecipeItem {
  /** `package/nginx`, `user/shop`, `file/etc/nginx/nginx.conf` */
  readonly key: string;
  readonly value: string;
  readonly file?: FileState;
  /** goes nowhere but into the encrypted repository */
  readonly secret?: true;
  /** why there is no content: it could not be read, was too large, or a secret was left out */
  readonly without?: "not-captured" | "too-large" | "secret";
}

export type Standing = "same" | "restored" | "newer" | "missing" | "extra" | "refused";
export type Reason =
  | "hardware"
  | "address"
  | "secret"
  | "by-hand"
  | "not-offered"
  | "not-installed"
  | "newer"
  | "not-captured"
  | "differs"
  | "extra"
  | "after-check"
  | "too-large"
  | "failed";

export interface Difference {
  readonly section: SectionName;
  readonly key: string;
  readonly standing: Standing;
  readonly reason: Reason | null;
}

/** What one section of the recipe knows: how it is read from a machine, and how it is brought back. */
export interface RecipeSection {
  readonly name: SectionName;
  /** POSIX sh, only reads; prints what `parseItems` reads */
  readonly capture: string;
  /** why an item is never written to another machine; null: it is */
  never(item: RecipeItem): Reason | null;
  /** of an item that is there with another value; `newer` counts as good; left out: it differs */
  judge?(want: RecipeItem, have: RecipeItem): "same" | "newer" | "differs";
  /** whether things the source does not have are told */
  readonly tellsExtra: boolean;
  /** Brings the items back, in this order; says which it could not. Null: there is nothing to do by program. */
  readonly act: ((todo: readonly RecipeItem[], bound: Bound) => Promise<ReadonlyMap<string, Reason>>) | null;
}

/** Functions the capture scripts share: one item a line, `KEY<TAB>VALUE<TAB>FLAG`, files with their state and content. */
export const captureFunctions = String.raw`LC_ALL=C; export LC_ALL; PATH=$PATH:/usr/sbin:/sbin; export PATH
T=$(printf '\t')
has() { command -v "$1" >/dev/null 2>&1; }
item() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }
file_item() {
  f=$1
  if [ -L "$f" ]; then printf 'file%s\tlink 0777 %s %s\t\n' "$f" "$(stat -c '%U %G' "$f")" "$(readlink "$f")"; return; fi
  [ -f "$f" ] || return
  m=$(stat -c '%a %U %G %s' "$f") || return
  set -- $m
  flag=$SECRECY
  if [ -z "$flag" ]; then case "$1" in *0) flag=secret;; esac; fi
  if [ "$flag" = plain ]; then flag=; if grep -qiE 'passw|secret|token|_key' "$f" 2>/dev/null; then flag=secret; fi; fi
  if [ ! -r "$f" ]; then printf 'file%s\tfile %s %s %s\tnot-captured\n' "$f" "$1" "$2" "$3"; return; fi
  if [ "$4" -gt 262144 ]; then
    printf 'file%s\tfile %s %s %s %s\ttoo-large\n' "$f" "$1" "$2" "$3" "$(sha256sum < "$f" | cut -d' ' -f1)"; return; fi
  printf 'file%s\tfile %s %s %s %s %s\t%s\n' "$f" "$1" "$2" "$3" "$(sha256sum < "$f" | cut -d' ' -f1)" "$(base64 -w0 < "$f")" "$flag"
}
SECRECY=
`;

/** No tab or newline: such a key is no item of ours. */
const line = /^([^\t]+)\t([^\t]*)\t([a-z0-9-]*)$/;

/** Reads what a capture script printed. Lines of another form are no items. Sorted by key, each key once. */
export function parseItems(text: string): readonly RecipeItem[] {
  const items = new Map<string, RecipeItem>();
  for (const one of text.split("\n")) {
    const [, key, value = "", flag] = line.exec(one) ?? [];
    if (key === undefined) continue;
    const plain = flag === "base64" ? Buffer.from(value, "base64").toString("utf8") : value;
    const item = key.startsWith("file/") ? fileItem(key, value) : { key, value: plain };
    items.set(key, { ...item, ...flagged(flag ?? "") });
  }
  return [...items.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function flagged(flag: string): Partial<RecipeItem> {
  if (flag === "secret") return { secret: true };
  return flag === "too-large" || flag === "not-captured" ? { without: flag } : {};
}

function fileItem(key: string, value: string): RecipeItem {
  const [kind, mode = "", owner = "", group = "", ...rest] = value.split(" ");
  const base = { mode: mode.padStart(4, "0"), owner, group };
  if (kind === "link") return { key, value: "", file: { kind: "link", ...base, to: rest.join(" ") } };
  const [sha256, content] = rest;
  return {
    key,
    value: "",
    file: { kind: "file", ...base, ...(sha256 === undefined ? {} : { sha256 }), ...contentOf(content, sha256) },
  };
}

/** An empty file has no content word. */
function contentOf(base64: string | undefined, sha256: string | undefined): Partial<FileState> {
  if (base64 === undefined) return {};
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString("utf8");
  if (sha256 === undefined) return {};
  return Buffer.from(text, "utf8").equals(bytes) && !text.includes("\0") ? { text } : { base64 };
}

/** The path of a file's item. */
export function pathOf({ key }: RecipeItem): string {
  return key.slice("file".length);
}

export function contentBytes({ text, base64 }: FileState): Buffer | null {
  if (text !== undefined) return Buffer.from(text, "utf8");
  return base64 === undefined ? null : Buffer.from(base64, "base64");
}

/** What two items must share to be the same thing in the same state. */
export function stateOf({ value, file }: RecipeItem): string {
  if (file === undefined) return value;
  if (file.kind === "link") return `link ${file.to}`;
  return ["file", file.mode, file.owner, file.group, file.sha256].join(" ");
}
