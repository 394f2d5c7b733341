import type { Attention } from "../../kernel/model/status.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";

const mostNamed = 5;
/** Waiting for a person, or for the first look, is not silence. */
const expected: ReadonlySet<string> = new Set(["not-set-up", "not-read-yet", "key-unconfirmed", "key-changed"]);

/** What a person should know of the hosts although nothing was confirmed to be wrong. */
export function hostAttentions(hosts: readonly HostStatus[]): readonly Attention[] {
  const unconfirmed = hosts.filter(({ silence }) => silence?.reason === "key-unconfirmed");
  const silent = hosts.filter(({ silence }) => silence !== null && !expected.has(silence.reason));
  return [
    ...about("host-key-unconfirmed", unconfirmed),
    ...about("hosts-not-read", silent),
    ...about("hosts-same-machine", twins(hosts)),
  ];
}

function about(code: string, hosts: readonly HostStatus[]): readonly Attention[] {
  if (hosts.length === 0) return [];
  const named = hosts.slice(0, mostNamed).map(({ key }) => key);
  const names = `${named.join(", ")}${hosts.length > mostNamed ? " …" : ""}`;
  return [{ code, level: "warning", facts: { hosts: names, count: hosts.length } }];
}

/** Hosts that say the same machine-id: a clone that kept it, or two names of one machine. */
function twins(hosts: readonly HostStatus[]): readonly HostStatus[] {
  return hosts.filter((host) => {
    const id = machineIdOf(host);
    return id !== null && hosts.some((other) => other !== host && machineIdOf(other) === id);
  });
}

function machineIdOf({ reading }: HostStatus): string | null {
  return reading?.identity?.machineId ?? null;
}
