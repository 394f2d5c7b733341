import type { Bound } from "../bound.ts";
import type { Reason, RecipeItem, RecipeSection } from "../section.ts";
import { inPieces } from "./plain.ts";

/** Installed packages with their versions, which of them a person asked for, which are held, and answers given to them. */
export const packages: RecipeSection = {
  name: "packages",
  capture: String.raw`if has dpkg-query; then
  dpkg-query -W -f='${"${db:Status-Abbrev}"}\t${"${Package}"}\t${"${Version}"}\n' | awk -F'\t' '$1 ~ /^.i/ {printf "package/%s\t%s\t\n", $2, $3}'
  has apt-mark && { apt-mark showmanual | sed 's/^\(.*\)$/manual\/\1\tyes\t/'; apt-mark showhold | sed 's/^\(.*\)$/hold\/\1\tyes\t/'; }
elif has rpm; then
  rpm -qa --qf 'package/%{NAME}\t%{EVR}.%{ARCH}\t\n'
  has dnf && dnf -q repoquery --userinstalled --qf '%{name}\n' 2>/dev/null | sed 's/^\(.*\)$/manual\/\1\tyes\t/'
fi
`,
  never: () => null,
  judge: (want, have) => (compareVersions(have.value, want.value) > 0 ? "newer" : "differs"),
  tellsExtra: true,
  async act(todo, bound) {
    const { code } = await bound.sh("command -v apt-get");
    return code === 0 ? install(todo, bound) : new Map(todo.map(({ key }) => [key, "by-hand"] as const));
  },
};

/** Held while packages are installed: nothing starts before its configuration lies there. */
const holdServices = String.raw`P=/usr/sbin/policy-rc.d
if [ ! -e $P ]; then printf '#!/bin/sh\n# koboshi recipe\nexit 101\n' > $P; chmod 755 $P; fi
dpkg --configure -a --force-confold >/dev/null 2>&1
apt-get -q update >/dev/null 2>&1 || apt-get -q update
`;
const letServices = String.raw`P=/usr/sbin/policy-rc.d; grep -q '^# koboshi recipe$' $P 2>/dev/null && rm -f $P; exit 0`;
const installScript = String.raw`apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io install --allow-downgrades "$@" </dev/null`;
/** Which of `name=version` the sources offer: each line the argument, or the bare name, or nothing. */
const offeredScript = String.raw`for w in "$@"; do n=${"${w%%=*}"}; v=${"${w#*=}"}
  l=$(apt-cache madison "$n" 2>/dev/null | awk -F'|' '{gsub(/ /, "", $2); print $2}')
  if printf '%s\n' "$l" | grep -qxF -- "$v"; then echo "$w"; elif [ -n "$l" ]; then echo "$n"; fi
done`;
const installTimeoutMs = 1_800_000;

async function install(todo: readonly RecipeItem[], bound: Bound): Promise<ReadonlyMap<string, Reason>> {
  const failed = new Map<string, Reason>();
  const wanted = todo.filter(({ key }) => key.startsWith("package/"));
  if (wanted.length > 0) {
    await bound.sh(holdServices, { net: true, timeoutMs: installTimeoutMs });
    const offered = await offeredOf(wanted, bound);
    for (const { key } of wanted) if (!offered.has(key.slice(8))) failed.set(key, "not-offered");
    const manual = new Set(todo.flatMap(({ key }) => (key.startsWith("manual/") ? [key.slice(7)] : [])));
    const [asked, drawn] = split([...offered], ([name]) => manual.has(name));
    for (const some of [asked, drawn]) await installSome(some, { bound, failed });
    await bound.sh(letServices);
  }
  await mark(todo, bound);
  return failed;
}

function split<T>(all: readonly T[], holds: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter((one) => holds(one)), all.filter((one) => !holds(one))];
}

async function offeredOf(wanted: readonly RecipeItem[], bound: Bound): Promise<ReadonlyMap<string, string>> {
  const offered = new Map<string, string>();
  for (const piece of inPieces(wanted, 200)) {
    const args = piece.map(({ key, value }) => `${key.slice(8)}=${value}`);
    const { stdout } = await bound.sh(offeredScript, { args });
    for (const one of stdout.split("\n").filter((text) => text !== "")) offered.set(one.split("=")[0] ?? one, one);
  }
  return offered;
}

/** All at once, so that dependencies are solved together; one by one when that fails, so that one bad package costs itself alone. */
async function installSome(
  some: readonly (readonly [string, string])[],
  { bound, failed }: { bound: Bound; failed: Map<string, Reason> },
): Promise<void> {
  if (some.length === 0) return;
  const all = await bound.sh(installScript, {
    args: some.map(([, asked]) => asked),
    net: true,
    timeoutMs: installTimeoutMs,
  });
  if (all.code === 0) return;
  for (const [name, asked] of some) {
    const one = await bound.sh(installScript, { args: [asked], net: true, timeoutMs: installTimeoutMs });
    if (one.code !== 0) failed.set(`package/${name}`, "not-installed");
  }
}

/** Who was asked for by a person, who came along, who is held. */
async function mark(todo: readonly RecipeItem[], bound: Bound): Promise<void> {
  const named = (kind: string): readonly string[] =>
    todo.flatMap(({ key }) => (key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : []));
  const manual = new Set(named("manual"));
  const auto = named("package").filter((name) => !manual.has(name));
  const words = { auto, manual: [...manual], hold: named("hold") };
  for (const [word, names] of Object.entries(words))
    for (const args of inPieces(names, 200))
      await bound.sh(
        'w=$1; shift; apt-mark "$w" "$@" >/dev/null 2>&1 || for n in "$@"; do apt-mark "$w" "$n" >/dev/null 2>&1; done',
        {
          args: [word, ...args],
        },
      );
}

/** Debian's order of versions, which also sorts those of rpm well enough. Source: Debian Policy 5.6.12. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return left[0] - right[0] || compareParts(left[1], right[1]) || compareParts(left[2], right[2]);
}

function partsOf(text: string): readonly [number, string, string] {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/.exec(text) ?? [];
  const at = rest.lastIndexOf("-");
  return [Number(epoch), at === -1 ? rest : rest.slice(0, at), at === -1 ? "" : rest.slice(at + 1)];
}

/** Text and number take turns, text first. */
function piecesOf(text: string): readonly string[] {
  const pieces = text.match(/\d+|\D+/g) ?? [];
  return /^\d/.test(text) ? ["", ...pieces] : pieces;
}

function compareParts(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x = "", y = ""] = [left[at], right[at]];
    const order = at % 2 === 0 ? compareText(x, y) : Number(x) - Number(y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = rank(a[at]) - rank(b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` before the end, the end before letters, letters before the rest. */
function rank(char: string | undefined): number {
  if (char === undefined) return 0;
  if (char === "~") return -1;
  const code = char.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(char) ? code : code + 256;
}
