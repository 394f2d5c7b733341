// `send.ts FOLDER RELAY-PORT HOOK-PORT INCIDENTS`: opens incidents, tells each delivery that the ledger has taken, sends.
import { createSystemClock } from "../../../src/app/clock.ts";
import { channels } from "../../../src/respond/channels/index.ts";
import { createOutbox } from "../../../src/respond/outbox.ts";
import { openLedger } from "../../../src/storage/ledger/open.ts";
import { mailBy, noticeSite, openIncident, step, webhookTo } from "../../doubles/notice-site.ts";
import { silentLog as log } from "../outbox-bench.ts";

const [folder = "", relayPort, hookPort, incidents] = process.argv.slice(2);
const clock = createSystemClock();
const steps = [step({ tell: "yamada", by: ["mail", "hook"] }), step({ tell: "sato", by: ["mail"] })];
const running = noticeSite({ channels: [mailBy(Number(relayPort)), webhookTo(Number(hookPort))], steps });
const site = () => running;
const ledger = await openLedger({ folder, clock, log });
const outbox = createOutbox({ ledger, clock, log, site, channels });
process.stdout.write("open\n");
await outbox.start();
for (let count = 0; count < Number(incidents); count++) {
  const { id } = await openIncident({ ledger, clock, site });
  for (const delivery of await ledger.read.deliveriesOf(id)) process.stdout.write(`${delivery.id}\n`);
}
while ((await ledger.read.unsentDeliveries()).length > 0) await outbox.drain();
await outbox.stop();
await ledger.close();
process.stdout.write("done\n");
