import type { HardwareEntry } from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import { nameFrom } from "./health.ts";
import { instantMs } from "./instant.ts";

type Body = Readonly<Record<string, unknown>>;

const severities: Readonly<Record<string, HardwareEntry["severity"]>> = { Critical: "critical", Warning: "warning" };

/** The entries of a controller's logs. Source: DMTF LogEntry schema 1.14. */
export function entriesOf(bodies: readonly Body[]): readonly HardwareEntry[] {
  return bodies.map((body) => {
    const created = typeof body["Created"] === "string" ? body["Created"] : "";
    const text = typeof body["Message"] === "string" ? safeText(body["Message"], []) : (nameFrom(body["Name"]) ?? "");
    const code = typeof body["EntryCode"] === "string" ? body["EntryCode"] : "";
    const isClearing = body["Resolved"] === true || /deassert|returned to (?:ok|normal)/i.test(`${code} ${text}`);
    const said = typeof body["Severity"] === "string" ? body["Severity"] : "";
    return {
      key: `${nameFrom(body["Id"]) ?? ""} ${created} ${text}`.slice(0, 200),
      atMs: instantMs(created),
      severity: isClearing ? "info" : (severities[said] ?? "info"),
      text,
      sensor: nameFrom(body["SensorType"]),
      isClearing,
    };
  });
}
