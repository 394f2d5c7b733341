import { bySystem, never } from "./plain.ts";
import type { RecipeItem, RecipeSection } from "../section.ts";

/** The release decides whether a recipe can be replayed at all; the machine's own names and ids stay its own. */
export const identity: RecipeSection = {
  name: "identity",
  capture: String.raw`. /etc/os-release 2>/dev/null
item os/id "$ID"; item os/version "$VERSION_ID"; item os/name "$PRETTY_NAME"
case " $ID $ID_LIKE " in *" debian "*) item os/family debian;; *" rhel "*|*" fedora "*|*" centos "*) item os/family rhel;; *) item os/family other;; esac
if has dpkg; then item os/architecture "$(dpkg --print-architecture)"; else item os/architecture "$(uname -m)"; fi
item machine/kernel "$(uname -r)"
item machine/hostname "$(cat /etc/hostname 2>/dev/null)"
z=$(readlink /etc/localtime 2>/dev/null); z=$(printf %s "$z" | sed 's,.*/zoneinfo/,,')
[ -n "$z" ] || z=$(cat /etc/timezone 2>/dev/null)
item setting/timezone "$z"
for f in /etc/default/locale /etc/locale.conf; do [ -r "$f" ] && item "setting/locale$f" "$(grep -v '^#' "$f" | tr '\n' ' ')"; done
`,
  never: (item) => (item.key.startsWith("setting/timezone") ? null : never("hardware", "machine/")(item)),
  judge: (want, have) =>
    bySystem(want.key) && want.value.split(".")[0] === have.value.split(".")[0] ? "same" : "differs",
  tellsExtra: false,
  async act(todo, bound) {
    const zone = todo.find(({ key }) => key === "setting/timezone")?.value ?? "";
    if (zone === "") return new Map();
    const script = String.raw`[ -e "/usr/share/zoneinfo/$1" ] || exit 3
ln -sfn "/usr/share/zoneinfo/$1" /etc/localtime && printf '%s\n' "$1" > /etc/timezone`;
    const { code } = await bound.sh(script, { args: [zone] });
    return new Map(code === 0 ? [] : [["setting/timezone", code === 3 ? "not-installed" : "failed"]]);
  },
};

/** What the two systems must agree on before anything is written. */
export function systemOf(items: readonly RecipeItem[]): {
  readonly family: string;
  readonly major: string;
  readonly name: string;
} {
  const value = (key: string): string => items.find((item) => item.key === key)?.value ?? "";
  return {
    family: value("os/family"),
    major: `${value("os/id")} ${value("os/version").split(".")[0] ?? ""}`,
    name: value("os/name"),
  };
}
