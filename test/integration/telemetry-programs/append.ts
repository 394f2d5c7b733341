// Opens the measurements of argv[2] and appends as fast as it can until it is killed. Each line is the number of rows that
// are certainly on disk.
import { observation } from "../../contract/telemetry/samples.ts";
import { open } from "./bench.ts";

const { telemetry } = await open(process.argv[2] ?? "");
const [first = 0] = (await telemetry.read.observations({ fromMs: 0, toMs: Date.now() + 1, limit: 1 })).map(
  ({ attempt }) => attempt,
);
process.stdout.write("0\n");
for (let attempt = first + 1; ;) {
  const until = attempt + 1 + (attempt % 3_000);
  for (; attempt < until; attempt++) telemetry.append.observation(observation(Date.now(), { attempt }));
  await telemetry.flush();
  process.stdout.write(`${attempt - 1}\n`);
}
