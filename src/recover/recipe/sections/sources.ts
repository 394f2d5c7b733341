import { writeFiles } from "../files.ts";
import type { RecipeSection } from "../section.ts";

/** Where packages come from, with the keys they are checked by. */
export const sources: RecipeSection = {
  name: "sources",
  capture: String.raw`SECRECY=
for f in /etc/apt/sources.list /etc/apt/preferences /etc/apt/sources.list.d/* /etc/apt/trusted.gpg.d/* /etc/apt/keyrings/* /etc/apt/preferences.d/* /etc/apt/auth.conf /etc/apt/auth.conf.d/* /etc/yum.repos.d/*.repo /etc/pki/rpm-gpg/*; do
  [ -e "$f" ] && file_item "$f"
done
if [ -d /usr/share/keyrings ]; then for f in /usr/share/keyrings/*; do
  [ -e "$f" ] || continue
  if has dpkg && dpkg -S "$f" >/dev/null 2>&1; then continue; fi
  file_item "$f"
done; fi
has dnf && dnf -q module list --enabled 2>/dev/null | awk '/\[e\]/ {print $1, $2}' | while read -r n s; do item "module/$n" "$s"; done
`,
  never: ({ key }) => (key.startsWith("module/") ? "by-hand" : null),
  tellsExtra: true,
  act: (todo, bound) => writeFiles(todo, bound),
};
