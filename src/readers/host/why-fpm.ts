import type { HostFpmPool, HostWebTimeout } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { figure } from "./why-samples.ts";
import { secondsOf } from "./why-web.ts";

interface Setting {
  readonly where: string;
  readonly name: string;
  readonly value: string;
}

/** The section `fpm`. */
export function fpmOf(lines: readonly string[]): readonly HostFpmPool[] {
  const rows = tagged(lines, "s").flatMap(settingIn);
  const general = rows.filter(({ name }) => name === "max_execution_time");
  return [...poolsIn(rows)].map(([name, settings]) => {
    const ini = general.filter(({ where }) => isOfPool(where, settings[0]?.where ?? ""));
    const of = (setting: string): Setting | undefined => settings.findLast((one) => one.name === setting);
    const most = of("pm.max_children");
    const listen = of("listen")?.value ?? "";
    return {
      name,
      listen,
      door: doorOf(lines, listen),
      children:
        figure(
          tagged(lines, "c")
            .find((row) => row.startsWith(`${name} `))
            ?.slice(name.length + 1),
        ) ?? 0,
      most: most === undefined ? null : { children: Number.parseInt(most.value, 10) || 0, where: most.where },
      status: statusOf(tagged(lines, "u"), name),
      timeouts: timeoutsOf(settings, ini),
      slowScripts: slowScripts(tagged(lines, "w"), name),
    };
  });
}

/** `/etc/php/8.2/fpm/pool.d/www.conf:127:pm.max_children = 5` */
function settingIn(row: string): readonly Setting[] {
  const [, where = "", text = ""] = /^([^:]+:\d+):\s*(.*)$/.exec(row) ?? [];
  const section = /^\[(.*?)\]/.exec(text)?.[1];
  if (section !== undefined) return [{ where, name: "[", value: section }];
  const [, name, value = ""] = /^([\w.[\]]+)\s*=\s*(.*?)\s*(?:;.*)?$/.exec(text) ?? [];
  return name === undefined ? [] : [{ where, name, value: value.replace(/^"(.*)"$/, "$1") }];
}

/** Settings by the pool they stand under; those of `[global]` and of php.ini stand under none. */
function poolsIn(rows: readonly Setting[]): ReadonlyMap<string, readonly Setting[]> {
  const pools = new Map<string, Setting[]>();
  let pool: Setting[] | null = null;
  for (const row of rows) {
    if (row.name === "[") {
      pool = row.value === "global" ? null : (pools.get(row.value) ?? []);
      if (pool !== null) pools.set(row.value, pool);
    } else pool?.push(row);
  }
  return pools;
}

/** Debian keeps a php.ini for each version beside its pools, Red Hat one for all. */
function isOfPool(ini: string, pool: string): boolean {
  const folder = /^(\/etc\/php\/.*\/)php\.ini:/.exec(ini)?.[1];
  return folder === undefined || pool.startsWith(folder);
}

/** A port may be written alone and is listened at with an address before it. */
function doorOf(lines: readonly string[], listen: string): HostFpmPool["door"] {
  const isPort = /^\d+$/.test(listen);
  const doors = tagged(lines, "q").map((row) => row.split(" "));
  if (doors.length === 0) return null;
  const found = doors.find(([door = ""]) => door === listen || (isPort && door.endsWith(`:${listen}`)));
  if (found === undefined) return "closed";
  const [, waiting, room] = found;
  return { waiting: figure(waiting) ?? 0, room: figure(room) ?? 0 };
}

function statusOf(rows: readonly string[], pool: string): HostFpmPool["status"] {
  const of = (name: string): number | null => {
    const start = `${pool} ${name}:`;
    return figure(
      rows
        .find((row) => row.startsWith(start))
        ?.slice(start.length)
        .trim(),
    );
  };
  const [active, idle] = [of("active processes"), of("idle processes")];
  if (active === null || idle === null) return null;
  return { active, idle, waiting: of("listen queue") ?? 0, maxReached: of("max children reached") ?? 0 };
}

/** PHP counts `max_execution_time` without what it waits for; 0 is no limit. Source: php.net, request_terminate_timeout and max_execution_time. */
function timeoutsOf(own: readonly Setting[], general: readonly Setting[]): readonly HostWebTimeout[] {
  const ofPool = own.filter(({ name }) =>
    /^(?:request_terminate_timeout|php(?:_admin)?_value\[max_execution_time\])$/.test(name),
  );
  const hasOwn = ofPool.some(({ name }) => name.endsWith("]"));
  return [...ofPool, ...(hasOwn ? [] : general)].flatMap(({ name, value, where }) => {
    const seconds = secondsOf(value);
    const setting = name.startsWith("request_") ? name : "max_execution_time";
    return seconds === null || seconds === 0
      ? []
      : [{ program: "php-fpm" as const, setting, seconds, where, inheritedFrom: null }];
  });
}

function slowScripts(rows: readonly string[], pool: string): HostFpmPool["slowScripts"] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const path = row.startsWith(`${pool} `) ? /script_filename = (\S+)/.exec(row)?.[1] : undefined;
    if (path !== undefined) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts].map(([path, count]) => ({ path, count })).toSorted((a, b) => b.count - a.count);
}
