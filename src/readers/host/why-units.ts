import type { HostUnitTrouble, HostUnitTroubles } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";
import { systemdMoment } from "./log-time.ts";
import { figure } from "./why-samples.ts";
import { unitsOf } from "./units.ts";

/** The section `units`: of systemd the units that are not simply running, of older systems what their files tell. */
export function unitTroublesOf(lines: readonly string[], timeZone: string): HostUnitTroubles {
  if (lines.some((line) => line.startsWith("y|"))) return systemdTroubles(lines, timeZone);
  if (!lines.some((line) => /^(?:init|rc|upstart|chk) /.test(line))) {
    return { failed: [], notRunning: [], restarted: [] };
  }
  const { states } = unitsOf(lines, new Set(tagged(lines, "name")));
  const named = (is: (name: string) => boolean): readonly HostUnitTrouble[] =>
    Object.keys(states)
      .filter(is)
      .map((name) => ({ name, result: null, exitStatus: null, restarts: null, sinceAtMs: null }));
  return {
    failed: named((name) => states[name]?.active === "failed"),
    notRunning: named((name) => states[name]?.active === "inactive" && states[name]?.enabled === true),
    restarted: [],
  };
}

type Said = ReadonlyMap<string, string>;

/** `y|Id=nginx.service|Type=forking|ActiveState=failed|Result=exit-code|NRestarts=0|…`: what systemctl show prints, in one line. */
function systemdTroubles(lines: readonly string[], timeZone: string): HostUnitTroubles {
  const units = lines
    .filter((line) => line.startsWith("y|"))
    .map(
      (line): Said =>
        new Map(
          line
            .slice(2)
            .split("|")
            .map((part) => twoOf(part)),
        ),
    )
    .filter((unit) => unit.get("LoadState") !== "not-found" && unit.has("Id"));
  const told = (is: (unit: Said) => boolean): readonly HostUnitTrouble[] =>
    units.filter(is).map((unit) => ({
      name: unit.get("Id") ?? "",
      result: unit.get("Result") === "success" ? null : (unit.get("Result") ?? null),
      exitStatus: figure(unit.get("ExecMainStatus")),
      restarts: figure(unit.get("NRestarts")),
      sinceAtMs: systemdMoment(unit.get("StateChangeTimestamp") ?? "", timeZone),
    }));
  return {
    failed: told((unit) => unit.get("ActiveState") === "failed"),
    // what runs once and is done is not missing
    notRunning: told((unit) => unit.get("ActiveState") === "inactive" && unit.get("Type") !== "oneshot"),
    restarted: told((unit) => unit.get("ActiveState") !== "failed" && Number(unit.get("NRestarts") ?? 0) > 0),
  };
}

function twoOf(part: string): readonly [string, string] {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}
