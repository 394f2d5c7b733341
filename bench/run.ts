// `npm run bench [NAME] [-- --files N --large-mb N --database-mb N --link 100|500|none --rounds N --healthy N]`: ours beside a peer or the limit, in one run. Prints rows `name, ours, peer or limit, ratio`.
import fs from "node:fs";
import { aftercare } from "./aftercare.ts";
import { audit } from "./audit.ts";
import { backup } from "./backup.ts";
import { detect } from "./detect.ts";
import { diagnose } from "./diagnose.ts";
import type { Row } from "./row.ts";
import { alerts } from "./alerts.ts";
import { ledger } from "./ledger.ts";
import { logsReport } from "./logs-report.ts";
import { memory } from "./memory.ts";
import { names as asked } from "./options.ts";
import { probes } from "./probes.ts";
import { recover } from "./recover.ts";
import { logsIngest } from "./logs-ingest.ts";
import { start } from "./start.ts";
import { storage } from "./storage.ts";
import { syslog } from "./syslog.ts";
import { telemetry } from "./telemetry.ts";
import { vitals } from "./vitals.ts";
import { web } from "./web.ts";

const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  aftercare,
  audit,
  backup,
  recover,
  detect,
  diagnose,
  start,
  probes,
  ledger,
  telemetry,
  memory,
  alerts,
  web,
  "logs-report": logsReport,
  syslog,
  "logs-ingest": logsIngest,
  storage,
  vitals,
};

const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`no such bench: ${unknown.join(", ")}; there are: ${Object.keys(benches).join(", ")}\n`);
  process.exit(64);
}
fs.mkdirSync("bench/results", { recursive: true });
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const rows = await bench();
  for (const { name: row, ours, peer, theirs, unit } of rows) {
    const ratio = (ours / theirs).toFixed(2);
    console.log(
      [row, `${ours.toFixed(3)} ${unit}`, `${peer}: ${theirs.toFixed(3)} ${unit}`, `ratio ${ratio}`].join("\t"),
    );
  }
  fs.writeFileSync(`bench/results/${name}.json`, `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`);
}
process.exit(0);
