// Opens the ledger of argv[2] and writes as fast as it can until it is killed. Each acknowledged commit is one line: its
// last event's number.
import * as sample from "../../contract/ledger/samples.ts";
import { open } from "./bench.ts";

const { ledger } = await open(process.argv[2] ?? "");
process.stdout.write("0\n");
for (let round = 0; ; round++) {
  const opened = await ledger.transaction(async (tx) => {
    const incident = await tx.insertIncident(sample.incident);
    await tx.enqueue(sample.delivery(`opened-${incident.id}`, incident.id));
    const event = await tx.append({ ...sample.event(incident.id), kind: "incident.opened" });
    return { incident, seq: event.seq };
  });
  process.stdout.write(`${opened.seq}\n`);
  const lastSeq = await ledger.transaction(async (tx) => {
    for (let nth = 0; nth < round % 50; nth++) await tx.append(sample.event(opened.incident.id, "x".repeat(nth * 40)));
    await tx.updateIncident({ ...opened.incident, state: "resolved", resolvedAt: sample.night });
    await tx.updateDelivery({ ...sample.delivery(`opened-${opened.incident.id}`, opened.incident.id), state: "sent" });
    const event = await tx.append({ ...sample.event(opened.incident.id), kind: "incident.resolved" });
    return event.seq;
  });
  process.stdout.write(`${lastSeq}\n`);
}
