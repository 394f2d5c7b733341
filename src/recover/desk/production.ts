import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Machine } from "./machines.ts";
import type { Works } from "./deps.ts";

/** Says who made it, so that whoever finds it knows what it is for. */
const script = [
  "[ ! -e /etc/koboshi-production ] && [ ! -e /etc/koboshi-drill ] || exit 0",
  "umask 022",
  String.raw`printf '%s\n' "$1" >/etc/koboshi-production.new && mv -f /etc/koboshi-production.new /etc/koboshi-production`,
].join("\n");

/**
 * Marks a machine whose data are copied as one at work: no drill is ever brought onto it. Koboshi's own machine has no mark,
 * for drills run in a closed room there; one that cannot be marked is told of, and its other signs still speak.
 */
export async function markProduction(
  { log, machines, site }: Works,
  plan: BackupPlan,
  machine: Machine,
): Promise<void> {
  if (machine.workplace === machines.here) return;
  const text = `${site().name}: ${plan.host}`;
  const said = await machine.workplace.run({ argv: ["sh", "-c", script, "sh", text] }, { timeoutMs: 30_000 });
  if (said.code !== 0)
    log.info("host not marked as production", { host: plan.host, text: said.stderr.trim().slice(0, 200) });
}
