import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

export function packagesOf({ lines }: HostSection): Entries {
  return entries([...fromDpkg(lines), ...fromRpm(lines), ...logged(lines)]);
}

/** `p NAME ARCH VERSION WANTED STATE` */
function fromDpkg(lines: readonly string[]): Pairs {
  return tagged(lines, "p").flatMap((row): Pairs => {
    const [name = "", arch = "", version = "", wanted = "", state = ""] = row.split(" ");
    if (version === "") return [];
    const half = state === "installed" || state === "" || state.startsWith("triggers") ? "" : ` ${state}`;
    const kept: Pairs = [[`pkg ${name}:${arch}`, `${version}${half}`]];
    return wanted === "hold" ? [...kept, [`hold ${name}:${arch}`, ""]] : kept;
  });
}

/** `r NAME ARCH [EPOCH:]VERSION-RELEASE`; several kernels stand beside each other. */
function fromRpm(lines: readonly string[]): Pairs {
  const versions = new Map<string, string[]>();
  for (const row of tagged(lines, "r")) {
    const [name = "", arch = "", version = ""] = row.split(" ");
    if (version === "" || name === "gpg-pubkey") continue;
    const key = `pkg ${name}:${arch}`;
    versions.set(key, [...(versions.get(key) ?? []), version]);
  }
  return [...versions].map(([key, all]) => [key, all.toSorted().join(" ")] as const);
}

/** dpkg names package and version; yum and dnf write `openssl-1.0.1e-58.el6_10.x86_64`, with an epoch before or within. */
function logged(lines: readonly string[]): Pairs {
  const debian = tagged(lines, "log").map((row) => {
    const [name = "", version = ""] = row.split(" ");
    return [`logged ${name}`, version.startsWith("<") ? "*" : version] as const;
  });
  const rpm = tagged(lines, "yum").flatMap((row): Pairs => {
    const text = row.trim().replace(/^\d+:/, "");
    const [, name, version = "", arch] = /^(.+)-([^-]+-[^-]+)\.([a-z0-9_]+)$/.exec(text) ?? [];
    return name === undefined ? [[`logged ${text}:*`, "*"]] : [[`logged ${name}:${arch ?? ""}`, version]];
  });
  return [...debian, ...rpm];
}
