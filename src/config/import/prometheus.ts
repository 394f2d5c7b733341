import { goDurationMs } from "./gatus-conditions.ts";
import type { Move, Values } from "./move.ts";
import { isMap, listOf, textOf } from "./text.ts";

/** One target that Prometheus has probed by blackbox_exporter. */
export interface ProbedTarget {
  readonly target: string;
  readonly module: string;
  readonly everyMs: number | null;
  /** `team=web` */
  readonly labels: readonly string[];
}

const mostTargets = 10_000;

/** Reads `scrape_configs` with `metrics_path: /probe`; targets that only a running Prometheus finds are listed. */
export function readTargets(config: Values, move: Move): readonly ProbedTarget[] {
  const global = isMap(config["global"]) ? config["global"] : {};
  const found: ProbedTarget[] = [];
  for (const job of listOf(config["scrape_configs"]).filter(isMap)) {
    const name = textOf(job["job_name"]);
    if (textOf(job["metrics_path"]) !== "/probe") {
      move.left(`job «${name}»`, "setting", textOf(job["metrics_path"]) || "/metrics");
      continue;
    }
    for (const kind of Object.keys(job).filter((one) => one.endsWith("_sd_configs")))
      move.left(`job «${name}»`, "discovery", kind);
    found.push(...targetsOf(job, name, { global, move }));
  }
  return found.slice(0, mostTargets);
}

function targetsOf(
  job: Values,
  name: string,
  { global, move }: { global: Values; move: Move },
): readonly ProbedTarget[] {
  const module = moduleOf(job);
  if (module === "") move.left(`job «${name}»`, "incomplete", "params.module");
  const everyMs = goDurationMs(textOf(job["scrape_interval"])) ?? goDurationMs(textOf(global["scrape_interval"]));
  return listOf(job["static_configs"])
    .filter(isMap)
    .flatMap((group) => {
      const labels = isMap(group["labels"]) ? Object.entries(group["labels"]) : [];
      const written = labels.slice(0, 20).map(([label, value]) => `${label}=${textOf(value)}`);
      return listOf(group["targets"])
        .map(textOf)
        .filter((target) => target !== "" && module !== "")
        .map((target) => ({ target, module, everyMs, labels: [`job=${name}`, ...written] }));
    });
}

/** `params.module`, or the module a relabelling puts there for all targets. */
function moduleOf(job: Values): string {
  const params = isMap(job["params"]) ? job["params"] : {};
  const [named] = listOf(params["module"]).map(textOf);
  if (named !== undefined && named !== "") return named;
  const rule = listOf(job["relabel_configs"])
    .filter(isMap)
    .find(({ target_label: label, source_labels: sources }) => label === "__param_module" && sources === undefined);
  return textOf(rule?.["replacement"]);
}
