import type { HostReading } from "../../kernel/model/host-reading.ts";

/** Parts that only a thorough look reads. */
const slowParts = ["updates", "certificates", "cron"] as const;

/**
 * The newest of every part: a quick look leaves the slow ones as the last thorough look found them. What was looked for
 * and not to be seen stays missing, with its reason.
 */
export function merged(before: HostReading | null, now: HostReading): HostReading {
  if (before === null) return now;
  const kept = slowParts.filter((part) => now[part] === null && now.unobserved[part] === "not-asked");
  const isKept = (reason: string): boolean => kept.some((part) => reason === part || reason.startsWith(`${part}.`));
  const reasons = [
    ...Object.entries(now.unobserved).filter(([part]) => !isKept(part)),
    ...Object.entries(before.unobserved).filter(([part]) => isKept(part)),
  ];
  return {
    ...now,
    ...Object.fromEntries(kept.map((part) => [part, before[part]])),
    unobserved: Object.fromEntries(reasons),
  };
}
