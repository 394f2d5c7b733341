import type { Workplace } from "../workplace/workplace.ts";

/** What one machine shows of itself. Null: it could not be told, which never counts as harmless. */
export interface MachineFacts {
  readonly name: string;
  /** first line of /etc/koboshi-drill; empty: there is none */
  readonly drillMarker: string | null;
  readonly isProduction: boolean | null;
  readonly machineId: string | null;
  /** `SHA256:…` */
  readonly hostKeys: readonly string[] | null;
  /** without loopback and link-local */
  readonly addresses: readonly string[] | null;
  readonly macs: readonly string[] | null;
  /** what it calls itself, lower case */
  readonly names: readonly string[] | null;
  /** TCP ports that are reachable from elsewhere */
  readonly openPorts: readonly number[] | null;
  readonly processes: readonly string[] | null;
  /** devices and exports that are mounted */
  readonly volumes: readonly string[] | null;
}

/** What is known of a machine of the site. */
export interface Known extends MachineFacts {
  /** key in the configuration */
  readonly host: string;
}

/**
 * Only reads; every answer between two marks, so that a missing program is told from an empty answer. Host keys are
 * those of the folder sshd uses, for the daemon may listen elsewhere than here. A process that has ended and was not
 * buried serves nobody.
 */
const factsScript = String.raw`LC_ALL=C; export LC_ALL; PATH=$PATH:/usr/sbin:/sbin
part() { printf '@@%s\n' "$1"; }
done_() { printf '@@/%s %s\n' "$1" "$2"; }
part drill; if [ -e /etc/koboshi-drill ]; then head -c 400 /etc/koboshi-drill | head -n 1; fi; done_ drill $?
part production; if [ -e /etc/koboshi-production ]; then echo yes; else echo no; fi; done_ production $?
part machine; head -c 200 /etc/machine-id; echo; done_ machine $?
part keys; for f in /etc/ssh/ssh_host_*_key.pub; do [ -r "$f" ] && ssh-keygen -l -E sha256 -f "$f"; done; done_ keys 0
part addresses; ip -o addr show; done_ addresses $?
part macs; cat /sys/class/net/*/address; done_ macs $?
part names; hostname; hostname -f 2>/dev/null; done_ names 0
part ports; cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; done_ ports $?
part processes; for d in /proc/[0-9]*; do
  read -r s 2>/dev/null < "$d/stat" || continue
  case "$s" in *") Z "*) ;; *) cat "$d/comm" 2>/dev/null;; esac
done; done_ processes 0
part volumes; cat /proc/self/mounts; done_ volumes $?
`;

/** Reads what a machine says of itself. Never throws: what cannot be read is null. */
export async function readFacts(place: Workplace): Promise<MachineFacts> {
  const answer = await place.run({ argv: ["sh", "-c", factsScript] }, { timeoutMs: 20_000 });
  return parseFacts(place.name, answer.stdout);
}

export function parseFacts(name: string, text: string): MachineFacts {
  const part = (wanted: string): readonly string[] | null => partOf(text, wanted);
  return {
    name,
    drillMarker: part("drill")?.join("") ?? null,
    isProduction: whether(part("production")),
    machineId: part("machine")?.[0] ?? null,
    hostKeys: each(part("keys"), (line) => /SHA256:\S+/.exec(line)?.[0] ?? []),
    addresses: each(part("addresses"), addressOf),
    macs: each(part("macs"), (mac) => (mac === "00:00:00:00:00:00" ? [] : mac)),
    names: each(part("names"), (line) => line.toLowerCase()),
    openPorts: each(part("ports"), openPort),
    processes: unique(part("processes")),
    volumes: unique(each(part("volumes"), volume)),
  };
}

function partOf(text: string, wanted: string): readonly string[] | null {
  const found = new RegExp(`^@@${wanted}\n([\\s\\S]*?)^@@/${wanted} (\\d+)$`, "m").exec(text);
  if (found?.[2] !== "0") return null;
  const lines = (found[1] ?? "").split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

function whether(lines: readonly string[] | null): boolean | null {
  return lines === null ? null : lines[0] !== "no";
}

function each<T>(lines: readonly string[] | null, read: (line: string) => T | readonly T[]): readonly T[] | null {
  return lines === null ? null : lines.flatMap((line) => read(line));
}

function unique(lines: readonly string[] | null): readonly string[] | null {
  return lines === null ? null : [...new Set(lines)].sort();
}

function addressOf(line: string): readonly string[] {
  const address = /\binet6? ([0-9a-f.:]+)/.exec(line)?.[1];
  if (address === undefined || address.startsWith("127.") || address === "::1" || address.startsWith("fe80:"))
    return [];
  return [address];
}

const listening = "0A";
/** 127.0.0.1 and ::1 as the kernel writes them; a v4 address mapped into v6 ends like the former */
const loopback = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

function openPort(line: string): readonly number[] {
  const [, local = "", , state] = line.split(/\s+/);
  const [address = "", port = ""] = local.split(":");
  return state === listening && !loopback.test(address) ? [Number.parseInt(port, 16)] : [];
}

/** Device files, network exports and labelled volumes; not the kernel's own file systems. */
function volume(line: string): readonly string[] {
  const source = line.split(" ")[0] ?? "";
  return source.startsWith("/dev/") || /^[^/\s]+:\//.test(source) || source.startsWith("//") ? [source] : [];
}
