import type { HostAnswers } from "../kernel/model/host-answers.ts";
import type { HostReading } from "../kernel/model/host-reading.ts";
import type { HostFinding } from "../kernel/ports-hosts.ts";
import { rfc3339 } from "../words/format.ts";

/** A reading and its findings for programs: times in the machine's zone, durations in seconds, sizes in bytes. */
export function hostJson(
  host: string,
  reading: HostReading,
  findings: readonly HostFinding[],
): Record<string, unknown> {
  const timeZone = reading.clock?.zone ?? "UTC";
  const plain = forPrograms({ ...reading, findings }, timeZone) as Record<string, unknown>;
  return { ok: findings.length === 0, host, bootId: reading.identity?.bootId ?? null, ...plain };
}

/** The answers to `--why` for programs, in the same forms; times in UTC. */
export function hostWhyJson(host: string, answers: HostAnswers): Record<string, unknown> {
  const plain = forPrograms(answers, "UTC") as Record<string, unknown>;
  return { ok: true, host, ...plain, raw: answers.raw };
}

/** Moments lose their `Ms` and become text; lengths of time become seconds. Units and labels keep their names. */
function forPrograms(value: unknown, timeZone: string): unknown {
  if (Array.isArray(value)) return value.map((one) => forPrograms(one, timeZone));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => named(key, held, timeZone)));
}

function named(key: string, value: unknown, timeZone: string): readonly [string, unknown] {
  if (!key.endsWith("Ms") || (typeof value !== "number" && value !== null)) return [key, forPrograms(value, timeZone)];
  const name = key.slice(0, -"Ms".length);
  if (/(?:At|[nN]otAfter)$/.test(name)) return [name, value === null ? null : rfc3339(value, timeZone)];
  return [`${name}Seconds`, value === null ? null : value / 1_000];
}
