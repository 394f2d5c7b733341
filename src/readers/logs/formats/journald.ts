import { defineFormat, numberLike, present } from "./format.ts";
import { jsonObject } from "./json-line.ts";
import { programFields } from "./programs.ts";

/** What `journalctl -o json` prints. Source: systemd, «Journal Export Formats» and systemd.journal-fields(7). */
export const journald = defineFormat("journald", (line) => {
  if (!line.includes('"__REALTIME_TIMESTAMP"')) return null;
  const entry = jsonObject(line);
  if (entry === null) return null;
  const text = (...keys: readonly string[]): string | null =>
    keys.map((key) => textOf(entry[key])).find((value) => value !== null) ?? null;
  const micros = Number(text("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"));
  const program = text("SYSLOG_IDENTIFIER", "_COMM");
  const message = text("MESSAGE") ?? "";
  const priority = text("PRIORITY");
  return {
    atMs: micros > 0 ? Math.floor(micros / 1_000) : null,
    severity: priority !== null && /^[0-7]$/.test(priority) ? Number(priority) : null,
    host: text("_HOSTNAME"),
    program,
    fields: present({
      pid: numberLike(text("_PID", "SYSLOG_PID")),
      unit: text("_SYSTEMD_UNIT", "UNIT"),
      transport: text("_TRANSPORT"),
      uid: text("_UID"),
      bootId: text("_BOOT_ID"),
      messageId: text("MESSAGE_ID"),
      exitCode: text("EXIT_CODE"),
      exitStatus: text("EXIT_STATUS"),
      ...programFields(program, message),
    }),
    message,
  };
});

/** A field is a text, bytes as a list of numbers when it is not UTF-8, or a list of values when it was given twice. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value)) return null;
  if (value.every((item) => typeof item === "number")) return Buffer.from(value).toString("utf8");
  return textOf(value[0]);
}
