import { keyed, type Section } from "./outcome.ts";
import { isTimeDaemon } from "./units.ts";

export interface Listener {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** null: it does not show */
  readonly program: string | null;
}

/** From here on the system hands out ports as it likes: Linux, ip_local_port_range. */
const firstEphemeral = 32_768;
/** They take another port at each start. */
const wander = /^(?:rpc\.|rpcbind$|ypbind$|rpc-|ganesha)/;

/** `tcp 0.0.0.0:80` → nginx; all addresses of one family are written the same way. */
export function listeners(ports: Section): readonly Listener[] {
  return [...keyed(ports, "port")].flatMap(([key, value]) => {
    const match = /^(\S+) (.*):(\d+)$/.exec(key);
    if (match === null) return [];
    const program = value === "-" || value === "" ? null : value;
    return [{ protocol: match[1] ?? "", address: anywhere(match[2] ?? ""), port: Number(match[3]), program }];
  });
}

function anywhere(address: string): string {
  const bare = address.replace(/%\w+$/, "");
  if (bare === "0.0.0.0") return "0.0.0.0";
  return bare === "*" || bare === "::" || bare === "[::]" ? "*" : bare;
}

/** Of the time daemon another check asks. */
export function isAskedAbout({ program, port }: Listener): boolean {
  return !isTimeDaemon(program ?? "") && !(program === null && port === 323);
}

/** Any port will do for it, so only the program counts. */
export function isWandering({ port, program }: Listener): boolean {
  return port >= firstEphemeral || wander.test(program ?? "");
}

export function told({ protocol, address, port, program }: Listener): string {
  return `${protocol} ${address}:${port}${program === null ? "" : ` ${program}`}`;
}

/** It is served now: at the same place, or at all places instead of at one. */
export function isServed(wanted: Listener, now: readonly Listener[]): boolean {
  if (isWandering(wanted)) return now.some((each) => each.protocol === wanted.protocol && sameProgram(each, wanted));
  return now.some((each) => isThere(each, wanted) && sameProgram(each, wanted));
}

/** Another program answers where this one did. */
export function takenBy(wanted: Listener, now: readonly Listener[]): string | null {
  return isWandering(wanted) ? null : (now.find((each) => isThere(each, wanted))?.program ?? null);
}

function isThere(each: Listener, wanted: Listener): boolean {
  if (each.protocol !== wanted.protocol || each.port !== wanted.port) return false;
  if (each.address === wanted.address || each.address === "*") return true;
  return each.address === "0.0.0.0" && !wanted.address.includes("[") && wanted.address !== "*";
}

function sameProgram(a: Listener, b: Listener): boolean {
  return a.program === null || b.program === null || a.program === b.program;
}
