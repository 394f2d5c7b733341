// Opens the ledger of argv[2] and holds it until it is killed; prints `open MS`, or the refusal and how long it took.
import { createSystemClock } from "../../../src/app/clock.ts";
import { KoboshiError } from "../../../src/kernel/errors.ts";
import { open } from "./bench.ts";

const clock = createSystemClock();
const from = clock.monotonicMs();
const tookMs = (): number => Math.round(clock.monotonicMs() - from);
try {
  await open(process.argv[2] ?? "");
  process.stdout.write(`open ${tookMs()}\n`);
  setInterval(() => undefined, 60_000);
} catch (thrown) {
  if (!(thrown instanceof KoboshiError)) throw thrown;
  process.stdout.write(`${thrown.code} ${tookMs()} ${JSON.stringify(thrown.facts)}\n`);
}
