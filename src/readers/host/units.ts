import type { HostUnits, HostUnitState } from "../../kernel/model/host-reading.ts";
import { tagged } from "./frame.ts";

const mostUnits = 2_000;

/**
 * The section `units`. Names are as systemd writes them, without `.service`; of older systems the names of the init scripts.
 * @param processNames what runs, for systems whose init does not know; null when it was not observed
 */
export function unitsOf(lines: readonly string[], processNames: ReadonlySet<string> | null): HostUnits {
  return lines.some((line) => line.startsWith("u ")) ? systemdUnits(lines) : scriptUnits(lines, processNames);
}

/** A unit by the name people write: `httpd`, `httpd.service`, `logrotate.timer`; null: there is none. */
export function unitState({ states }: HostUnits, name: string): HostUnitState | null {
  return states[plain(name)] ?? null;
}

function plain(unit: string): string {
  return unit.replace(/\.service$/, "").slice(0, 200);
}

function systemdUnits(lines: readonly string[]): HostUnits {
  const enabled = new Map(
    tagged(lines, "f").map((row) => {
      const [unit = "", state = ""] = row.trim().split(/\s+/);
      return [
        plain(unit),
        state === "enabled" || state === "enabled-runtime" ? true : state === "disabled" ? false : null,
      ];
    }),
  );
  const states: Record<string, HostUnitState> = {};
  const failed: string[] = [];
  for (const row of tagged(lines, "u").slice(0, mostUnits)) {
    const [unit = "", load = "", active = ""] = row.trim().split(/\s+/);
    if (load === "not-found" || !unit.includes(".")) continue;
    states[plain(unit)] = { active: activeOf(active), enabled: enabled.get(plain(unit)) ?? null };
    if (active === "failed") failed.push(unit);
  }
  // installed, never started since boot, and therefore not in the manager's list
  for (const [unit, isEnabled] of enabled) {
    if (!unit.includes("@")) states[unit] ??= { active: "inactive", enabled: isEnabled };
  }
  return { failed, states };
}

function activeOf(word: string): HostUnitState["active"] {
  if (word === "active" || word === "reloading" || word === "activating") return "active";
  if (word === "failed") return "failed";
  return word === "inactive" ? "inactive" : "other";
}

interface Scripts {
  readonly enabled: ReadonlySet<string>;
  readonly daemons: ReadonlySet<string>;
  /** null: this system keeps none */
  readonly locks: ReadonlySet<string> | null;
  readonly pids: readonly { readonly names: readonly string[]; readonly isAlive: boolean }[];
  readonly upstart: ReadonlyMap<string, boolean>;
}

function scriptUnits(lines: readonly string[], processNames: ReadonlySet<string> | null): HostUnits {
  const scripts: Scripts = {
    enabled: enabledScripts(lines),
    daemons: new Set(tagged(lines, "daemon").map((name) => name.trim())),
    locks: lines.includes("locks") ? new Set(tagged(lines, "lock").map((name) => name.trim())) : null,
    pids: tagged(lines, "pid").map(pidFile),
    upstart: new Map(tagged(lines, "upstart").flatMap(upstartJob)),
  };
  const names = new Set([...tagged(lines, "init").map((name) => name.trim()), ...scripts.upstart.keys()]);
  const states: Record<string, HostUnitState> = {};
  for (const name of [...names].slice(0, mostUnits)) {
    states[name.slice(0, 200)] = {
      active: scriptActive(name, scripts, processNames),
      enabled: scripts.enabled.has(name),
    };
  }
  const failed = Object.keys(states).filter((name) => states[name]?.active === "failed");
  return { failed, states };
}

function enabledScripts(lines: readonly string[]): ReadonlySet<string> {
  const links = tagged(lines, "rc").map((row) => row.replace(/^.*\/S\d\d/, "").trim());
  // chkconfig: `httpd  0:off 1:off 2:on 3:on 4:on 5:on 6:off`
  const listed = tagged(lines, "chk")
    .filter((row) => /\b[235]:on\b/.test(row))
    .map((row) => row.trim().split(/\s+/)[0] ?? "");
  return new Set([...links, ...listed].filter((name) => name !== ""));
}

/** `/run/chrony/chronyd.pid 123 +`: whose it is shows in its name and its folder. */
function pidFile(row: string): Scripts["pids"][number] {
  const [path = "", , mark = ""] = row.split(" ");
  const parts = path
    .replace(/\.pid$/, "")
    .split("/")
    .slice(2);
  return { names: parts.filter((part) => part !== "run"), isAlive: mark === "+" };
}

/** `ssh start/running, process 812`, `tty stop/waiting` */
function upstartJob(row: string): readonly [string, boolean][] {
  const match = /^(\S+)(?: \(.*\))? (start|stop)\//.exec(row.trim());
  return match === null ? [] : [[match[1] ?? "", match[2] === "start"]];
}

/** Nothing is started to find out: an init script's `status` is other people's code. */
function scriptActive(name: string, scripts: Scripts, running: ReadonlySet<string> | null): HostUnitState["active"] {
  const job = scripts.upstart.get(name);
  if (job !== undefined) return job ? "active" : "inactive";
  const aliases = [name, `${name}d`];
  const own = scripts.pids.filter(({ names }) => names.some((one) => aliases.includes(one)));
  const isAlive = own.some((file) => file.isAlive) || aliases.some((one) => running?.has(one) === true);
  if (isAlive) return "active";
  if (own.length > 0) return "failed";
  if (scripts.locks !== null) return scripts.locks.has(name) ? "active" : "inactive";
  return scripts.daemons.has(name) && running !== null ? "inactive" : "other";
}
