import { writeFiles } from "../files.ts";
import type { Bound } from "../bound.ts";
import type { Reason, RecipeItem, RecipeSection } from "../section.ts";

/** All accounts with their numbers, so that files restored by number belong to whom they belonged; made before packages make theirs. */
export const users: RecipeSection = {
  name: "users",
  capture: String.raw`awk -F: 'NF >= 7 {printf "user/%s\t%s:%s:%s:%s:%s\t\n", $1, $3, $4, $5, $6, $7}' /etc/passwd
awk -F: 'NF >= 3 {printf "group/%s\t%s:%s\t\n", $1, $3, $4}' /etc/group
[ -r /etc/shadow ] && awk -F: '$2 ~ /^\$/ {printf "shadow/%s\t%s\tsecret\n", $1, $2}' /etc/shadow
SECRECY=
for f in /etc/sudoers /etc/sudoers.d/*; do [ -f "$f" ] || continue
  if has dpkg && dpkg -S "$f" >/dev/null 2>&1; then continue; fi
  SECRECY=open; file_item "$f" | sed 's/open$//'
done
awk -F: '($3 == 0 || $3 >= 1000) && $6 ~ /^\// {print $6}' /etc/passwd | sort -u | while read -r h; do
  for f in "$h/.ssh/authorized_keys" "$h/.ssh/authorized_keys2"; do [ -f "$f" ] && { SECRECY=open; file_item "$f" | sed 's/open$//'; }; done
done
`,
  never: () => null,
  tellsExtra: false,
  async act(todo, bound) {
    const failed = new Map(await addAccounts(todo, bound));
    const shadow = todo.filter(({ key, without }) => key.startsWith("shadow/") && without === undefined);
    for (const { key } of todo.filter(({ without }) => without === "secret")) failed.set(key, "secret");
    if (shadow.length > 0) {
      const input = `${shadow.map(({ key, value }) => `${key.slice(7)}:${value}`).join("\n")}\n`;
      const { code } = await bound.sh("chpasswd -e", { input });
      if (code !== 0) for (const { key } of shadow) failed.set(key, "failed");
    }
    const files = todo.filter(({ file }) => file !== undefined);
    for (const [key, reason] of await writeFiles(files, bound)) failed.set(key, reason);
    return failed;
  },
};

/** Groups first, then users, then who belongs to which; an account that is there with other numbers is left alone. */
const addScript = String.raw`rc() { echo "$1 $2"; }
while IFS=':' read -r what name a b c d e; do case "$what" in
group) if getent group "$name" >/dev/null; then :; else groupadd -g "$a" "$name"; fi; rc "group/$name" $?;;
user) if getent passwd "$name" >/dev/null; then rc "user/$name" 4; else
  useradd -o -M -N -u "$a" -g "$b" -c "$c" -d "$d" -s "$e" "$name" 2>/dev/null; r=$?; rc "user/$name" $r
  if [ $r = 0 ] && [ "$a" -ge 1000 ] && [ ! -e "$d" ]; then mkdir -p "$d" && chown "$a:$b" "$d" && chmod 700 "$d"; fi; fi;;
member) gpasswd -a "$b" "$name" >/dev/null; rc "group/$name" $?;;
esac; done
`;

async function addAccounts(todo: readonly RecipeItem[], bound: Bound): Promise<readonly (readonly [string, Reason])[]> {
  const named = (kind: string): readonly RecipeItem[] => todo.filter(({ key }) => key.startsWith(`${kind}/`));
  const lines = [
    ...named("group").map(({ key, value }) => `group:${key.slice(6)}:${value.split(":")[0]}`),
    ...named("user").map(({ key, value }) => `user:${key.slice(5)}:${value}`),
    ...named("group").flatMap(({ key, value }) =>
      (value.split(":")[1] ?? "")
        .split(",")
        .filter((member) => member !== "")
        .map((member) => `member:${key.slice(6)}::${member}`),
    ),
  ];
  if (lines.length === 0) return [];
  const { stdout } = await bound.sh(addScript, { input: `${lines.join("\n")}\n` });
  return [...stdout.matchAll(/^(\S+) (\d+)$/gm)].flatMap(([, key = "", code]): readonly (readonly [string, Reason])[] =>
    code === "0" ? [] : [[key, code === "4" ? "differs" : "failed"]],
  );
}

export interface Clash {
  readonly key: string;
  readonly want: string;
  readonly have: string;
}

const firstPerson = 1000;

/**
 * Numbers that belong to someone else on the target, and people (from 1000 on) who have another number there. A file
 * restored over such a clash would belong to the wrong person.
 */
export function clashes(want: readonly RecipeItem[], have: readonly RecipeItem[]): readonly Clash[] {
  return ["user", "group"].flatMap((kind) => {
    const [wanted, there] = [numbers(want, kind), numbers(have, kind)];
    const holder = new Map([...there].map(([name, id]) => [id, name] as const));
    return [...wanted].flatMap(([name, id]): readonly Clash[] => {
      const own = there.get(name);
      if (own === id) return [];
      if (own !== undefined)
        return id >= firstPerson || own >= firstPerson
          ? [{ key: `${kind}/${name}`, want: `${id}`, have: `${own}` }]
          : [];
      const other = holder.get(id);
      return other === undefined || wanted.get(other) === id
        ? []
        : [{ key: `${kind}/${name}`, want: `${id}`, have: `${id} ${other}` }];
    });
  });
}

function numbers(items: readonly RecipeItem[], kind: string): ReadonlyMap<string, number> {
  const own = items.filter(({ key }) => key.startsWith(`${kind}/`));
  return new Map(own.map(({ key, value }) => [key.slice(kind.length + 1), Number(value.split(":")[0])]));
}
