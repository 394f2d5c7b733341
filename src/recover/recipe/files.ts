import { contentBytes, pathOf, type Reason, type RecipeItem } from "./section.ts";
import type { Bound } from "./bound.ts";

/** Each file is whole or as it was: written beside, given its owner and mode, synced, renamed. */
const writeScript = String.raw`while IFS=' ' read -r id path kind mode owner group body; do
  p=$(printf %s "$path" | base64 -d; printf x); p=${"${p%x}"}
  d=$(dirname "$p")
  ok=1
  [ -d "$d" ] || { mkdir -p "$d" && chown "$owner:$group" "$d"; } || ok=0
  t="$d/.koboshi-part.$$"
  if [ "$kind" = link ]; then
    to=$(printf %s "$body" | base64 -d)
    ln -sfn "$to" "$t" && chown -h "$owner:$group" "$t" && mv -fT "$t" "$p" || ok=0
  else
    : > "$t" && chmod 600 "$t" && printf %s "$body" | base64 -d > "$t" && chown "$owner:$group" "$t" && chmod "$mode" "$t" &&
      sync "$t" && mv -fT "$t" "$p" || ok=0
  fi
  [ $ok = 1 ] || rm -f "$t"
  echo "$id $ok"
done
command -v restorecon >/dev/null 2>&1 && restorecon -RF /etc >/dev/null 2>&1
exit 0
`;

/** Writes files and links. @returns those that could not be written, by key */
export async function writeFiles(
  items: readonly RecipeItem[],
  bound: Bound,
  place: (item: RecipeItem) => string = pathOf,
): Promise<ReadonlyMap<string, Reason>> {
  const failed = new Map<string, Reason>();
  const lines = items.flatMap((item, id) => {
    const { file } = item;
    const body = file?.kind === "link" ? Buffer.from(file.to ?? "") : file === undefined ? null : contentBytes(file);
    if (file === undefined || body === null) {
      failed.set(item.key, item.without ?? "not-captured");
      return [];
    }
    const where = Buffer.from(place(item)).toString("base64");
    return [[id, where, file.kind, file.mode, file.owner, file.group, body.toString("base64")].join(" ")];
  });
  if (lines.length === 0) return failed;
  const answer = await bound.sh(writeScript, { input: `${lines.join("\n")}\n` });
  const written = new Set([...answer.stdout.matchAll(/^(\d+) 1$/gm)].map(([, id]) => Number(id)));
  items.forEach((item, id) => {
    if (!written.has(id) && !failed.has(item.key)) failed.set(item.key, "failed");
  });
  return failed;
}
