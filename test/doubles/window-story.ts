import type { AftercareFinding, Repair } from "../../src/kernel/model/aftercare.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import { windowOf } from "./no-windows.ts";

const at = (atMs: number): { atMs: number; monotonicMs: number; bootId: string } => ({
  atMs,
  monotonicMs: 0,
  bootId: "b",
});
const night = Date.UTC(2026, 10, 25, 17, 0);

/** Work that ended half an hour early, and a host that only looks healthy. */
export const earlyWindow: Window = windowOf({
  state: "verifying",
  targets: ["host:web1", "service:shop", "service:mail"],
  hosts: ["web1"],
  services: ["shop", "mail"],
  isPublic: true,
  heldSignals: 14,
  course: {
    startedAt: at(night + 4 * 60_000),
    backAt: at(night + 150 * 60_000),
    isEarly: true,
    overrunAt: null,
    wentDown: ["web1"],
    rebooted: ["web1"],
    pausedMs: {},
    timesLostAgain: 2,
    otherMachine: {},
  },
});

/** Starts chrony again, steps the clock, and has it start at boot. */
export const clockRepair: Repair = {
  id: "clock",
  title: { ja: "時計を合わせ、chronyd を動かします", en: "Set the clock and start chronyd" },
  isSafeTwice: true,
  warnings: [
    {
      ja: "時計を進めると、cron の nightly-batch が自動で動きます",
      en: "Stepping the clock starts cron's nightly-batch by itself",
    },
  ],
  steps: [
    {
      id: "step",
      says: { ja: "時計を一度に合わせます", en: "Step the clock once" },
      command: "chronyd -q -t 20 -f /etc/chrony/chrony.conf",
      timeoutMs: 30_000,
      okCodes: [0],
      expects: null,
      undo: null,
    },
    {
      id: "start",
      says: { ja: "chronyd を起動します", en: "Start chronyd" },
      command: "systemctl start chrony && systemctl enable chrony",
      timeoutMs: 30_000,
      okCodes: [0],
      expects: null,
      undo: "systemctl stop chrony",
    },
  ],
};

function found(check: string, change: Partial<AftercareFinding>): AftercareFinding {
  return {
    windowId: 1,
    host: "web1",
    check,
    weight: "critical",
    result: "pass",
    at: at(night + 152 * 60_000),
    comparedSince: at(night - 10 * 60_000),
    facts: {},
    items: [],
    repairs: [],
    blockedBy: [],
    ...change,
  };
}

/** What was found on it, not in the order it is shown. */
export const earlyFindings: readonly AftercareFinding[] = [
  found("reachable", { facts: { seenFrom: ["東京", "大阪", "事務所"], count: 0 } }),
  found("pages-same", { blockedBy: ["clock-offset"], result: "blocked" }),
  found("clock-offset", {
    result: "fail",
    facts: { offsetSeconds: 10_920, uncertaintySeconds: 0.1 },
    repairs: [clockRepair],
  }),
  found("time-service", {
    result: "fail",
    facts: { problem: "stopped", daemons: ["chronyd"], count: 1 },
    items: ["chronyd"],
    repairs: [clockRepair],
  }),
  found("jobs-missed", {
    weight: "warning",
    result: "fail",
    facts: { count: 1, missedCount: 1, dueCount: 3 },
    items: ["crontab of root:3 15 3 * * * /usr/local/bin/nightly-batch"],
  }),
  found("firewall", { result: "unobserved", facts: { why: "needs-root" }, comparedSince: null }),
  found("packages", { weight: "info", result: "warn", items: ["openssl 3.0.11 → 3.0.14"], facts: { count: 1 } }),
  found("mounts", {}),
];
