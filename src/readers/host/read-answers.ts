import { whySections, type HostAnswers, type WhySection } from "../../kernel/model/host-answers.ts";
import type { Exchange } from "./clock.ts";
import { firstTagged, splitFrame, type HostFrame } from "./frame.ts";
import { zoneName, type LogClock } from "./log-time.ts";
import { maskSecrets } from "./mask.ts";
import { loginsOf } from "./why-auth.ts";
import { changesOf } from "./why-changed.ts";
import { foldersOf } from "./why-data.ts";
import { databasesOf } from "./why-db.ts";
import { directOf } from "./why-direct.ts";
import { fpmOf } from "./why-fpm.ts";
import { firewallOf } from "./why-fw.ts";
import { integrityOf } from "./why-integrity.ts";
import { kernelLinesOf } from "./why-kern.ts";
import { limitsOf } from "./why-limits.ts";
import { mailOf } from "./why-mail.ts";
import { nicsOf } from "./why-nic.ts";
import { pressureOf } from "./why-pressure.ts";
import { procsOf } from "./why-procs.ts";
import { drivesOf } from "./why-smart.ts";
import { unitTroublesOf } from "./why-units.ts";
import { pagingOf } from "./why-vmstat.ts";
import { webOf } from "./why-web.ts";

/** What the host script printed when asked `why`, whole or as far as it came. */
export interface WhyText extends Exchange {
  readonly text: string;
}

/** One piece of evidence holds no more than this. */
const rawBytes = 2_048;

type Parts = Omit<HostAnswers, "takenAtMs" | "silence" | "firstWordMs" | "unobserved" | "raw">;
type Readers = { readonly [Section in WhySection]: (lines: readonly string[], clock: LogClock) => Parts[Section] };

const readers: Readers = {
  vmstat: pagingOf,
  limits: limitsOf,
  nic: nicsOf,
  pressure: pressureOf,
  kern: (lines, { nowMs }) => kernelLinesOf(lines, nowMs),
  smart: drivesOf,
  fw: firewallOf,
  procs: procsOf,
  units: (lines, { timeZone }) => unitTroublesOf(lines, timeZone),
  web: webOf,
  fpm: fpmOf,
  direct: directOf,
  db: databasesOf,
  mail: mailOf,
  changed: changesOf,
  data: foldersOf,
  integrity: integrityOf,
  auth: loginsOf,
};

/** Sections that see a part without root: what they could not see is a part's `unobserved`, the rest counts. */
const partial: ReadonlySet<string> = new Set(["needs-root", "too-long", "timeout", "not-installed", "failed"]);

/**
 * What a machine answered. Never throws: the text is foreign. Reasons of what is missing: `not-a-look`, `old-script` (an
 * installed copy that does not know the question), `cut-off`, `not-asked`, and what the machine says itself: `needs-root`,
 * `not-installed`, `not-supported`, `not-configured`, `no-record`, `timeout`, `too-long`, `failed`; else `not-read`.
 */
export function readAnswers(input: WhyText): HostAnswers {
  const frame = splitFrame(input.text);
  const clock: LogClock = {
    nowMs: frame.began?.atMs ?? input.receivedAtMs,
    timeZone: zoneName([], frame.began?.zoneOffsetMs ?? 0),
  };
  const reasons: Record<string, string> = {};
  const raw: Partial<Record<WhySection, string>> = {};
  const parts = Object.fromEntries(
    whySections.map((section) => {
      const answer = answerOf(frame, section, clock);
      Object.assign(reasons, answer.reasons);
      if (answer.raw !== null) raw[section] = answer.raw;
      return [section, answer.value];
    }),
  ) as unknown as Parts;
  const { sentAtMs, receivedAtMs } = input;
  return {
    takenAtMs: Math.round((sentAtMs + receivedAtMs) / 2),
    silence: null,
    firstWordMs: Math.max(0, Math.round(receivedAtMs - sentAtMs)),
    unobserved: { ...reasons, ...hiddenIn(parts, firstTagged(frame.sections.get("why")?.lines ?? [], "uid") === "0") },
    raw,
    ...parts,
  };
}

interface Answer {
  readonly value: Parts[WhySection];
  readonly raw: string | null;
  readonly reasons: Readonly<Record<string, string>>;
}

function answerOf(frame: HostFrame, section: WhySection, clock: LogClock): Answer {
  const found = frame.sections.get(`why${section}`);
  if (found === undefined) return { value: null, raw: null, reasons: { [section]: missing(frame, section) } };
  const { lines, unseen } = found;
  const raw = rawOf(lines);
  if (unseen !== null && (lines.length === 0 || !partial.has(unseen))) {
    return { value: null, raw: null, reasons: { [section]: unseen } };
  }
  const value = readers[section](lines, clock);
  if (value === null) return { value, raw, reasons: { [section]: unseen ?? "not-read" } };
  return { value, raw, reasons: unseen === null ? {} : { [`${section}.part`]: unseen } };
}

function missing(frame: HostFrame, section: WhySection): string {
  if (frame.began === null) return "not-a-look";
  if (frame.cutOff.includes(`why${section}`)) return "cut-off";
  if (!frame.sections.has("why")) return frame.isWhole ? "old-script" : "cut-off";
  return frame.isWhole ? "not-asked" : "cut-off";
}

function rawOf(lines: readonly string[]): string | null {
  const text = lines.map((line) => maskSecrets(line)).join("\n");
  if (text === "") return null;
  return Buffer.from(text)
    .subarray(0, rawBytes)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
}

/** What only root sees of a section that otherwise was seen; root did not find it. */
function hiddenIn({ limits, mail, fw }: Parts, isRoot: boolean): Readonly<Record<string, string>> {
  const reason = isRoot ? "not-found" : "needs-root";
  return {
    ...(limits !== null && limits.openFiles === null ? { "limits.openFiles": reason } : {}),
    ...(limits !== null && limits.queues === null ? { "limits.queues": "not-found" } : {}),
    ...(mail !== null && mail.sessions === null ? { "mail.sessions": reason } : {}),
    ...(fw !== null && fw.jails === null ? { "fw.jails": reason } : {}),
  };
}

/** The answers of a machine that could not be asked. */
export function noAnswers(silence: string, atMs: number): HostAnswers {
  const parts = Object.fromEntries(whySections.map((section) => [section, null])) as unknown as Parts;
  const unobserved = Object.fromEntries(whySections.map((section) => [section, silence]));
  return { takenAtMs: atMs, silence, firstWordMs: null, unobserved, raw: {}, ...parts };
}
