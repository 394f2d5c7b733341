// Approves the repair that waits in this folder's ledger, or carries on with it; it is killed in the middle.
import path from "node:path";
import { createSystemClock } from "../../../src/app/clock.ts";
import { createRepairs } from "../../../src/hands/repairs.ts";
import { openLedger } from "../../../src/storage/ledger/open.ts";
import { ownHost, siteWith, tryRepair } from "../../doubles/hands-bench.ts";
import { recordingLog } from "../../doubles/scripted-probe.ts";

const [folder = ""] = process.argv.slice(2);
const clock = createSystemClock();
const ledger = await openLedger({ folder: path.join(folder, "data"), clock, log: recordingLog() });
const site = siteWith([ownHost()]);
const desk = createRepairs({
  clock,
  log: recordingLog(),
  ledger,
  site: () => site,
  mask: (text) => text,
  stepsFolder: path.join(folder, "steps"),
});
await desk.start();
const [known] = await desk.repairs({ windowId: null, limit: 1 });
if (known === undefined) {
  const steps = Array.from({ length: 10 }, (_, nth) => ({
    command: `echo began >> '${folder}/left-${nth}'\nsleep 0.1`,
  }));
  const offered = await desk.offer({ windowId: null, host: "here", repair: tryRepair(steps) });
  if (!offered.ok) throw offered.error;
  const { id, sha256 } = offered.value;
  const approved = await desk.approve({ id, sha256, actor: "person:aiko" });
  if (!approved.ok) throw approved.error;
}
process.stdout.write("ready\n");
setInterval(() => {
  void endWhenDone();
}, 100);

async function endWhenDone(): Promise<void> {
  const [run] = await desk.repairs({ windowId: null, limit: 1 });
  if (run?.state !== "approved" && run?.state !== "running") process.exit(0);
}
