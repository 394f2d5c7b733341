// Prints once what this machine says of its own eyes while two targets fail, as JSON.
import { createSystemClock } from "../../src/app/clock.ts";
import { createConnectivity } from "../../src/observe/connectivity.ts";
import { recordingLog, resultOf, scriptedProbe } from "./scripted-probe.ts";

const clock = createSystemClock();
const alive = setInterval(() => {}, 1_000);
const connectivity = createConnectivity({ clock, log: recordingLog() });
const { probe } = scriptedProbe(clock, () => ({ outcome: "down" }));
const [guarded] = connectivity.guard([{ ...probe, run: async () => resultOf("down") }]);
const context = { clock, timeoutMs: 1_000, signal: new AbortController().signal, trustedHosts: new Set<string>() };
const outcomes = [];
for (const host of ["198.51.100.1", "203.0.113.1", "127.0.0.1"])
  outcomes.push((await guarded?.run({ host }, context))?.outcome);
process.stdout.write(`${JSON.stringify({ sight: await connectivity.read(), outcomes })}\n`);
clearInterval(alive);
