// Opens the measurements of argv[2], says so, and holds them until it is ended.
import { open } from "./bench.ts";

const { telemetry } = await open(process.argv[2] ?? "");
await telemetry.read.logs({ fromMs: 0, toMs: 1, limit: 1 });
await telemetry.flush();
process.stdout.write("held\n");
setInterval(() => undefined, 1_000);
