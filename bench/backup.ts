import fs from "node:fs";
import path from "node:path";
import { createRecoverBench } from "../test/doubles/recover-bench.ts";
import { fillSource } from "./lost-host.ts";
import { loadRow, measured, median, type Taken } from "./measure.ts";
import { sizeOf } from "./options.ts";
import type { Row } from "./row.ts";

const allowed = 1.03;
const asAPlan = ["nice", "-n", "10", "ionice", "-c", "3"] as const;

/**
 * A first backup of the same files by koboshi's run and by restic alone, in pairs, every other pair in the opposite order.
 * Both run at the priority a plan gives to restic: else a busy machine would be what is measured.
 */
export async function backup(): Promise<readonly Row[]> {
  const size = sizeOf(3);
  const bench = createRecoverBench();
  fillSource(bench.source, size);
  const pairs: { readonly ours: Taken; readonly plain: Taken }[] = [];
  try {
    for (let round = 0; round < size.rounds; round++) {
      if (round % 2 === 0) {
        const ours = await byKoboshi(bench.folder, bench.source);
        pairs.push({ ours, plain: await byRestic(bench.folder, bench.source) });
      } else {
        const plain = await byRestic(bench.folder, bench.source);
        pairs.push({ ours: await byKoboshi(bench.folder, bench.source), plain });
      }
    }
  } finally {
    bench.remove();
  }
  const of = (figure: keyof Taken): Pick<Row, "ours" | "theirs"> => ({
    ours: median(pairs.map(({ ours }) => ours[figure])),
    theirs: median(pairs.map(({ plain }) => plain[figure])),
  });
  const ratio = median(pairs.map(({ ours, plain }) => ours.seconds / plain.seconds));
  const what = `backup: ${size.files} files, ${size.largeMegabytes} MB in large ones`;
  return [
    { name: what, ...of("seconds"), peer: "restic alone", unit: "s" },
    { name: "backup: median of the pairs' ratios", ours: ratio, peer: "goal", theirs: allowed, unit: "" },
    { name: "backup: CPU", ...of("cpuSeconds"), peer: "restic alone", unit: "s" },
    { name: "backup: resident at once", ...of("peakMegabytes"), peer: "restic alone", unit: "MB" },
    loadRow("backup"),
  ];
}

/** From the plan to the record that makes it a backup. The hub is there already: its start is not part of a run. */
async function byKoboshi(folder: string, source: string): Promise<Taken> {
  const { repo, env } = emptyRepository(folder, "ours");
  const program = [process.execPath, "--import", "tsx", "bench/backup-program.ts"];
  const { printed, peakMegabytes } = await measured([...program, source, repo, folder], env);
  return { ...(JSON.parse(printed) as Pick<Taken, "seconds" | "cpuSeconds">), peakMegabytes };
}

async function byRestic(folder: string, source: string): Promise<Taken> {
  const { repo, env } = emptyRepository(folder, "plain");
  const own = { ...env, RESTIC_REPOSITORY: repo, RESTIC_PASSWORD_FILE: path.join(folder, "password") };
  await measured(["restic", "init", "-q"], own);
  return measured([...asAPlan, "restic", "backup", "-q", source], own);
}

function emptyRepository(
  folder: string,
  name: string,
): { readonly repo: string; readonly env: Readonly<Record<string, string>> } {
  const [repo, cache] = [path.join(folder, `repo-${name}`), path.join(folder, `cache-${name}`)];
  for (const each of [repo, cache]) fs.rmSync(each, { recursive: true, force: true });
  fs.mkdirSync(cache);
  return { repo, env: { XDG_CACHE_HOME: cache } };
}
