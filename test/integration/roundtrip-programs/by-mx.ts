// Runs in a network of its own: a name server and a mail server on their usual ports, then rounds without a sending server.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Secret } from "../../../src/kernel/secret.ts";
import { createAuthority } from "../../contract/probes/certificates.ts";
import { probeOf, systemClock } from "../../contract/probes/run-probe.ts";
import { startMailSystem } from "../../doubles/mail-system.ts";
import { startDnsmasq } from "../../doubles/name-server.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-by-mx-"));
const pem = await (
  await createAuthority(folder)
).issue("mail", { fromDays: -1, toDays: 80, names: "DNS:mail.shop.test" });
const records = [
  "--mx-host=shop.test,far.shop.test,50",
  "--mx-host=shop.test,mx.shop.test,10",
  "--host-record=mx.shop.test,127.0.0.1",
  // the one that takes no mail: RFC 7505
  "--dns-rr=silent.test,15,000000",
];
const names = await startDnsmasq(records, 53);
const system = await startMailSystem({ users: { probe: "secret" }, pem, smtpPort: 25 });

const probe = probeOf("roundtrip");
const go = (send: string) => {
  const read = `imap://127.0.0.1:${system.dovecot.ports.imap}`;
  const spec = probe.schema.parse({ roundtrip: { send, read, user: "probe" } }) as { roundtrip: object };
  return probe.run(
    { roundtrip: { ...spec.roundtrip, password: new Secret("secret", "test") } },
    { clock: systemClock, timeoutMs: 10_000, signal: new AbortController().signal, trustedHosts: new Set<string>() },
  );
};
const answer = { round: await go("probe@shop.test"), none: await go("probe@silent.test") };
await system.stop();
await names.stop();
fs.rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
