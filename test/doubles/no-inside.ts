import type { HostAnswers } from "../../src/kernel/model/host-answers.ts";
import type { InsideSources } from "../../src/kernel/ports-diagnosis-inside.ts";
import { noAnswers } from "../../src/readers/host/read-answers.ts";
import { noHosts } from "./no-hosts.ts";
import { noLogs } from "./no-logs.ts";
import { watchedSite } from "./watched-site.ts";

/** A hub that knows nothing from inside any machine. */
export function noInside(change: Partial<InsideSources> & Pick<InsideSources, "clock">): InsideSources {
  const site = watchedSite({ services: {} });
  return {
    site: () => site,
    checks: () => [],
    observations: async () => [],
    jobs: () => [],
    notes: async () => [],
    vantages: () => [],
    hosts: noHosts,
    logs: noLogs(),
    metrics: async () => [],
    usual: async () => [],
    ...change,
  };
}

/** What a machine says when it is asked for these sections only. */
export function answersWith(change: Partial<HostAnswers> = {}): HostAnswers {
  return { ...noAnswers("not-asked", 0), silence: null, firstWordMs: 40, ...change };
}
