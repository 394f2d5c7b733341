import type { KernelLine } from "../../kernel/model/host-answers.ts";
import { firstTagged, tagged } from "./frame.ts";

type Topic = KernelLine["topic"];

/** The first that fits counts. */
const topics: readonly (readonly [Topic, RegExp])[] = [
  ["read-only", /remounting filesystem read-only|remounted read-only|forced shutdown/i],
  ["connections-full", /nf_conntrack: .*table full|ip_conntrack: table full|neighbour.*table overflow/i],
  ["syn-flood", /possible syn flooding/i],
  ["out-of-memory", /out of memory|oom-kill|killed process/i],
  ["processes-full", /fork rejected by pids/i],
  [
    "hardware",
    /\[hardware error\]|\bmce:|machine check|\bedac\b.*\b(?:ce|ue|error)|thermal.*(?:critical|throttl)|cpu clock throttled/i,
  ],
  ["hang", /blocked for more than|soft lockup|hard lockup|rcu.*stall|hung_task/i],
  ["crash", /kernel panic|kernel bug|\bbug:|oops|call trace|segfault|general protection|traps:/i],
  [
    "disk-error",
    /i\/o error|\bata\d.*(?:failed|error|exception)|nvme.*(?:timeout|reset|abort)|medium error|md\/raid.*(?:fail|degraded)|device offline/i,
  ],
  ["file-system", /ext[234]-fs error|xfs.*(?:corrupt|error)|btrfs.*(?:error|corrupt)|jbd2.*error|fat-fs.*error/i],
  ["link", /link is (?:down|up)|carrier lost|nic link|netdev watchdog|transmit queue.*timed out/i],
];

/** Warnings and worse, and whatever is known to matter. Source of the levels: syslog(3). */
const warning = 4;
const mostLines = 50;

/**
 * The section `kern`: `dmesg -r` (seconds since the start, so that the machine's clock does not matter) or the journal.
 * @param nowMs the machine's clock as it was looked at
 */
export function kernelLinesOf(lines: readonly string[], nowMs: number): readonly KernelLine[] {
  const uptime = Number(firstTagged(lines, "t") ?? Number.NaN);
  const raw = [...tagged(lines, "k"), ...tagged(lines, "o")].flatMap((row) => fromRing(row, nowMs - uptime * 1_000));
  const journal = tagged(lines, "j").flatMap(fromJournal);
  const seen = new Set<string>();
  return [...raw, ...journal]
    .filter(({ topic, level, atMs, text }) => {
      const key = `${atMs} ${text}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew && (topic !== "other" || (level !== null && level <= warning));
    })
    .toReversed()
    .toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0))
    .slice(0, mostLines);
}

/** `<4>[   12.345678] text`; the number is facility × 8 + level. */
function fromRing(row: string, bootMs: number): readonly KernelLine[] {
  const match = /^<(\d{1,3})>(?:\[ *(\d+\.\d+)\] ?)?(.*)$/.exec(row);
  if (match === null) return [];
  const [, priority, at, text = ""] = match;
  const atMs = at === undefined || !Number.isFinite(bootMs) ? null : Math.round(bootMs + Number(at) * 1_000);
  return [kernelLine(text, { atMs, level: Number(priority) % 8 })];
}

/** One thing the kernel said, wherever it was written down. */
export function kernelLine(text: string, said: Pick<KernelLine, "atMs" | "level">): KernelLine {
  return { ...said, topic: topicOf(text), text };
}

/** `1795336225.123456 web1 kernel: text` */
function fromJournal(row: string): readonly KernelLine[] {
  const match = /^(\d{9,11}\.\d+) \S+ kernel: (.*)$/.exec(row);
  if (match === null) return [];
  const text = match[2] ?? "";
  return [kernelLine(text, { atMs: Math.round(Number(match[1]) * 1_000), level: null })];
}

function topicOf(text: string): Topic {
  // what the kernel was started with names many things that did not happen
  if (/^(?:kernel )?command line:/i.test(text)) return "other";
  return topics.find(([, form]) => form.test(text))?.[0] ?? "other";
}
