import dns from "node:dns/promises";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import { notSeen } from "../attempt.ts";
import type { AllowList } from "./allow-list.ts";

/** The same probes, which look only at what the list permits: names are resolved first, and where the probe went is looked at after. */
export function guardTargets(probes: readonly Probe[], list: AllowList): readonly Probe[] {
  const known = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();
  function permitted(trusted: ReadonlySet<string>): ReadonlySet<string> {
    const kept = known.get(trusted) ?? new Set([...trusted].filter((host) => list.permits(host, [])));
    known.set(trusted, kept);
    return kept;
  }
  return probes.map((probe) => ({
    ...probe,
    run: async (spec, context) => {
      const program = probe.program?.(spec);
      if (program !== undefined && !list.permitsProgram(program)) return notSeen("command-not-allowed", program, 0);
      const hosts = probe.hosts(spec);
      for (const host of hosts) {
        if (!list.permits(host, await addressesOf(host))) return outside(host);
      }
      return withoutForeign(
        await probe.run(spec, { ...context, trustedHosts: permitted(context.trustedHosts) }),
        hosts,
        list,
      );
    },
  }));
}

/** A redirect, or a name that changed between the two looks, may have led elsewhere: nothing of that is passed on. */
function withoutForeign(result: ProbeResult, hosts: readonly string[], list: AllowList): ProbeResult {
  if (result.address === null) return result;
  const address = result.address.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
  return hosts.some((host) => list.permits(host, [address])) ? result : outside(address);
}

async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await dns.lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return []; // a name that does not resolve is the probe's finding
  }
}

function outside(target: string): ProbeResult {
  return notSeen("outside-allow-list", target, 0);
}
