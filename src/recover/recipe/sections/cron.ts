import { writeFiles } from "../files.ts";
import type { Bound } from "../bound.ts";
import { pathOf, type RecipeSection } from "../section.ts";

/** Where jobs wait until the checks after the recovery have passed; the path below it is the path they go to. */
export const heldFolder = "/var/lib/koboshi/held-cron";

/** Crontabs, cron folders and timers: brought back beside their place, so that nothing runs before it may. */
export const cron: RecipeSection = {
  name: "cron",
  capture: String.raw`SECRECY=plain
each() { find "$1/etc/cron.d" "$1/etc/cron.hourly" "$1/etc/cron.daily" "$1/etc/cron.weekly" "$1/etc/cron.monthly" "$1/var/spool/cron" "$1/etc/systemd/system/timers.target.wants" "$1/etc/crontab" "$1/etc/anacrontab" -xdev \( -type f -o -type l \) ! -name .placeholder 2>/dev/null | sort; }
sums=$(has dpkg-query && dpkg-query -W -f='${"${Conffiles}"}\n' 2>/dev/null | awk '{print $1 " " $2}')
each '' | while IFS= read -r f; do
  case "$f" in /var/spool/cron/atjobs/*|/var/spool/cron/atspool/*) continue;; esac
  s=$(printf '%s\n' "$sums" | awk -v f="$f" '$1 == f {print $2; exit}')
  [ -z "$s" ] || [ "$(md5sum < "$f" | cut -d' ' -f1)" != "$s" ] || continue
  if has rpm && rpm -qf "$f" >/dev/null 2>&1 && ! rpm -Vf "$f" 2>/dev/null | grep -qF " $f"; then continue; fi
  file_item "$f"
done
each ${heldFolder} | while IFS= read -r f; do file_item "$f" | sed 's,^file${heldFolder},file,'; done
`,
  never: ({ without }) => without ?? null,
  tellsExtra: false,
  act: (todo, bound) => writeFiles(todo, bound, (item) => `${heldFolder}${pathOf(item)}`),
};

/** Lets the held jobs run: each goes to its place. To be called when the checks after the recovery have passed. @returns how many */
export async function releaseCron(bound: Bound): Promise<number> {
  const script = String.raw`H=$1; [ -d "$H" ] || { echo 0; exit 0; }
n=0; find "$H" \( -type f -o -type l \) > "$H.list"
while IFS= read -r f; do p=${'${f#"$H"}'}; mkdir -p "$(dirname "$p")" && mv -f "$f" "$p" && n=$((n+1)); done < "$H.list"
rm -f "$H.list"; find "$H" -depth -type d -exec rmdir {} \; 2>/dev/null; echo $n`;
  const { stdout } = await bound.sh(script, { args: [heldFolder] });
  return Number(stdout.trim());
}
