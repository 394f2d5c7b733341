import { writeFiles } from "../files.ts";
import type { RecipeSection } from "../section.ts";

/** Which services begin with the machine: the links by which systemd and SysV know it. Timers wait with cron. */
export const units: RecipeSection = {
  name: "units",
  capture: String.raw`SECRECY=
find /etc/systemd/system /etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d /etc/rc6.d /etc/rcS.d -type l 2>/dev/null | sort | while IFS= read -r f; do
  case "$f" in */timers.target.wants/*|*.timer) continue;; esac
  file_item "$f"
done
`,
  never: () => null,
  tellsExtra: true,
  async act(todo, bound) {
    const failed = await writeFiles(todo, bound);
    if (bound.root === "/") await bound.sh("command -v systemctl >/dev/null && systemctl daemon-reload; true");
    return failed;
  },
};
