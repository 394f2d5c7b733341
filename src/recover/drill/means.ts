import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { refusal, untold, type Refusal } from "./refusal.ts";

const everyDrill = ["bash", "unshare", "nsenter", "setpriv", "chroot", "ip", "nft", "restic"];
const servers: Readonly<Record<string, readonly string[]>> = {
  postgres: ["initdb"],
  mysql: ["mariadbd", "mariadb-install-db"],
  mariadb: ["mariadbd", "mariadb-install-db"],
};

/** Only reads. A server's programs lie outside of the search path in Debian and RHEL. */
const script = String.raw`PATH=$PATH:/usr/sbin:/sbin; export PATH
for d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do PATH=$PATH:$d; done
[ "$(id -u)" = 0 ] || echo root
grep -qw overlay /proc/filesystems || modprobe -n overlay 2>/dev/null || echo overlayfs
for p in "$@"; do command -v "$p" >/dev/null 2>&1 || echo "$p"; done
echo asked`;

/** What a drill needs of a spare host, root's rights among it. Asked beforehand: half a drill proves nothing. */
export async function meansThere(place: Workplace, { parts }: CommitRecord): Promise<readonly Refusal[]> {
  const engines = new Set(parts.flatMap(({ part, of }) => (part === "dump" ? [(of ?? "").split("/")[0] ?? ""] : [])));
  const wanted = [...everyDrill, ...new Set([...engines].flatMap((engine) => servers[engine] ?? []))];
  const { stdout } = await place.run({ argv: ["sh", "-c", script, "koboshi-drill", ...wanted] }, { timeoutMs: 30_000 });
  const said = stdout.split("\n").filter((line) => line !== "");
  if (said.at(-1) !== "asked") return untold("lacks", wanted.join(", "));
  const missing = said.slice(0, -1);
  return missing.length === 0 ? [] : refusal("lacks", missing.join(", "));
}
