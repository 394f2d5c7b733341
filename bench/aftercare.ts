import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { createSystemClock } from "../src/app/clock.ts";
import { snapshotCommand, snapshotScript } from "../src/clients/snapshot-script.ts";
import { createRepairs } from "../src/hands/repairs.ts";
import { componentId } from "../src/kernel/model/component.ts";
import type { Site } from "../src/kernel/model/site.ts";
import { snapshotSections, type SnapshotSection } from "../src/kernel/model/snapshot.ts";
import { createPrevention, type Prevention } from "../src/prevent/index.ts";
import { compareSnapshots } from "../src/prevent/snapshot/diff.ts";
import { quickSections } from "../src/prevent/snapshot/read-host.ts";
import { maskSecrets } from "../src/readers/host/mask.ts";
import { readSnapshot } from "../src/readers/snapshot/read-snapshot.ts";
import { sshHost, withHosts, type HostBench } from "../test/doubles/host-bench.ts";
import { until } from "../test/doubles/hub-process.ts";
import { healthyMaintenance, healthyReboot, startMaintainedSite } from "../test/doubles/maintained-site.ts";
import { noFeeds } from "../test/doubles/no-feeds.ts";
import { recordingLog } from "../test/doubles/scripted-probe.ts";
import { startSshHost, type SshHost } from "../test/doubles/sshd-host.ts";
import { startChrony } from "../test/doubles/time-server.ts";
import { measured, median } from "./measure.ts";
import { healthyStarts } from "./options.ts";
import { treeCpuSeconds } from "./process.ts";
import type { Row } from "./row.ts";

type TimeServers = NonNullable<Site["hub"]["timeServers"]>;

const hostCount = 100;
const limits = { wallSeconds: 60, quickCpuSeconds: 0.1, fullCpuSeconds: 1, answerKilobytes: 20, healthySeconds: 120 };
/** What reading and comparing two snapshots took when the form was designed. */
const designedMs = 6;
const rounds = 9;
/** A hub that has run for a while has read many. */
const readings = 50;
const patienceMs = 300_000;

/**
 * A hundred hosts come back from one piece of work at once: each is logged into anew, looked at whole and judged. They are one
 * real sshd, so that what the hosts do competes with the hub for the processors of one machine.
 */
export async function aftercare(): Promise<readonly Row[]> {
  const starts = healthyStarts();
  if (starts > 0) return healthy(starts);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-aftercare-"));
  const server = await startSshHost({ lines: ["LogLevel ERROR"] });
  const time = await Promise.all([startChrony(), startChrony(), startChrony()]);
  const timeServers = time.map(({ port }) => ({ host: "127.0.0.1", port }));
  try {
    const script = path.join(folder, "script");
    fs.writeFileSync(script, snapshotScript);
    return [...(await oneHost(script)), ...(await manyHosts(server, { folder, script, timeServers }))];
  } finally {
    await Promise.all(time.map((one) => one.stop()));
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function oneHost(script: string): Promise<readonly Row[]> {
  const [quick, full] = [await cpuOf(quickSections, script), await cpuOf(snapshotSections, script)];
  const words = ["-c", `${snapshotCommand(snapshotSections, false)} < '${script}'`];
  const answer = execFileSync("sh", words, { encoding: "utf8", maxBuffer: 1e7 });
  return [
    { name: "aftercare: quick snapshot, the host's CPU", ours: quick, ...limit(limits.quickCpuSeconds, "s") },
    { name: "aftercare: full snapshot, the host's CPU", ours: full, ...limit(limits.fullCpuSeconds, "s") },
    {
      name: "aftercare: full snapshot, the answer by gzip",
      ours: gzipSync(answer).length / 1_000,
      ...limit(limits.answerKilobytes, "kB"),
    },
    {
      name: "aftercare: two snapshots read and compared",
      ours: median(Array.from({ length: readings }, () => readAndCompareMs(answer))),
      peer: "as designed",
      theirs: designedMs,
      unit: "ms",
    },
  ];
}

/** Of a shell and everything that it starts, user and system together. */
async function cpuOf(sections: readonly SnapshotSection[], script: string): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const taken = await measured(["sh", "-c", `${snapshotCommand(sections, false)} < '${script}' > /dev/null`]);
    figures.push(taken.cpuSeconds);
  }
  return median(figures);
}

/** The machine is shared, so what counts is what it takes of a processor. */
function readAndCompareMs(text: string): number {
  const takenAt = { atMs: 0, monotonicMs: 0, bootId: "bench" };
  const read = (): ReturnType<typeof readSnapshot> =>
    readSnapshot({ host: "web1", text, asked: snapshotSections, takenAt });
  const began = process.cpuUsage();
  const differences = compareSnapshots(read(), read(), () => false);
  const { user, system } = process.cpuUsage(began);
  if (differences.length > 0) throw new Error(`a snapshot differs from itself: ${JSON.stringify(differences[0])}`);
  return (user + system) / 1_000;
}

/** What one way of asking all hosts took. */
interface Way {
  readonly seconds: number;
  /** of whoever asks */
  readonly ownCpuSeconds: number;
  /** of sshd and all that it starts, for one host */
  readonly hostCpuSeconds: number;
}

async function manyHosts(
  server: SshHost,
  {
    folder,
    script,
    timeServers,
  }: { readonly folder: string; readonly script: string; readonly timeServers: TimeServers },
): Promise<readonly Row[]> {
  const ours = await byKoboshi(server, timeServers);
  await server.restart();
  const theirs = await byHand(server, { folder, script });
  const peer = "the same reads by xargs -P 16 ssh, not judged";
  const what = `aftercare: ${hostCount} hosts, login to verdict`;
  return [
    { name: what, ours: ours.seconds, ...limit(limits.wallSeconds, "s") },
    { name: what, ours: ours.seconds, peer, theirs: theirs.seconds, unit: "s" },
    { name: `${what}, CPU of who asks`, ours: ours.ownCpuSeconds, peer, theirs: theirs.ownCpuSeconds, unit: "s" },
    { name: `${what}, CPU of each host`, ours: ours.hostCpuSeconds, peer, theirs: theirs.hostCpuSeconds, unit: "s" },
  ];
}

async function byKoboshi(server: SshHost, timeServers: TimeServers): Promise<Way> {
  const list = Array.from({ length: hostCount }, (_, index) => sshHost(server, { key: `host${index + 1}` }));
  const ways: Way[] = [];
  await withHosts(list, { everyMs: 3_600_000 }, async (bench) => {
    const { windows, apply } = await preventionOf(bench, timeServers);
    const startMs = Date.now() + 1;
    const added = await windows.add({
      wanted: {
        title: "work on all of them",
        startMs,
        endMs: startMs + 3_600_000,
        timeZone: "Asia/Tokyo",
        targets: list.map(({ key }) => componentId("host", key)),
        alternate: null,
        isPublic: false,
        checksWanted: [],
        origin: "hand",
        reference: null,
      },
      actor: "person:bench",
    });
    if (!added.ok) throw added.error;
    const { id } = added.value;
    const isOpen = async (): Promise<boolean> => {
      await apply();
      return (await windows.window(id))?.state === "open";
    };
    await until("what is there before is written down", isOpen, patienceMs);
    // no connection outlasts the work
    await server.restart();
    const sshd = pidOf(server);
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const done = await windows.done({ id, actor: "person:bench" });
    if (!done.ok) throw done.error;
    const judged = await windows.recheck(id);
    const [seconds, used] = [(performance.now() - began) / 1_000, process.cpuUsage(cpu)];
    if (!judged.ok) throw judged.error;
    refuseUnseen(
      judged.value,
      list.map(({ key }) => key),
    );
    ways.push({
      seconds,
      ownCpuSeconds: (used.user + used.system) / 1e6,
      hostCpuSeconds: treeCpuSeconds(sshd) / hostCount,
    });
  });
  const [way] = ways;
  if (way === undefined) throw new Error("nothing was measured");
  return way;
}

/** With real storage, real connections and real repairs; nobody is told of anything. */
function preventionOf({ hosts, ledger, site: bare }: HostBench, timeServers: TimeServers): Promise<Prevention> {
  const [clock, log] = [createSystemClock(), recordingLog()];
  const site = { ...bare, hub: { ...bare.hub, timeServers } };
  return createPrevention({
    clock,
    log,
    ledger,
    site: () => site,
    checks: () => [],
    vantages: () => [],
    hosts,
    feeds: noFeeds,
    pings: () => Promise.resolve([]),
    repairs: createRepairs({ clock, log, ledger, site: () => site, mask: maskSecrets }),
    health: { blockers: () => Promise.resolve([]) },
    take: () => Promise.resolve(),
    refold: () => Promise.resolve(),
  });
}

type Findings = Extract<Awaited<ReturnType<Prevention["windows"]["recheck"]>>, { readonly ok: true }>["value"];

/** Who could not be looked at is judged soonest of all. */
function refuseUnseen(findings: Findings, hosts: readonly string[]): void {
  for (const host of hosts) {
    const own = findings.filter((finding) => finding.host === host);
    const unseen = own.filter(({ result }) => result === "unobserved");
    if (own.length < 10 || unseen.length > 0) {
      throw new Error(`${host} was not seen: ${own.length} findings, ${JSON.stringify(unseen.slice(0, 3))}`);
    }
  }
}

async function byHand(
  server: SshHost,
  { folder, script }: { readonly folder: string; readonly script: string },
): Promise<Way> {
  const key = path.join(folder, "key");
  fs.writeFileSync(key, server.readKey.reveal(), { mode: 0o600 });
  const options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
  const ssh = `ssh -F none -i '${key}' -p ${server.port} ${options.map((one) => `-o ${one}`).join(" ")}`;
  const each = `${ssh} ${server.user}@127.0.0.1 ${snapshotCommand(snapshotSections, false)} < '${script}' > '${folder}'/{}`;
  const sshd = pidOf(server);
  const taken = await measured(["sh", "-c", `seq ${hostCount} | xargs -P 16 -I{} sh -c "${each}"`]);
  const broken = Array.from({ length: hostCount }, (_, index) => path.join(folder, String(index + 1))).find(
    (file) => !fs.readFileSync(file, "utf8").includes("\n@@end"),
  );
  if (broken !== undefined) throw new Error(`the answer in ${broken} is not whole`);
  return {
    seconds: taken.seconds,
    ownCpuSeconds: taken.cpuSeconds,
    hostCpuSeconds: treeCpuSeconds(sshd) / hostCount,
  };
}

function pidOf(server: SshHost): number {
  return Number(fs.readFileSync(path.join(server.folder, "pid"), "utf8"));
}

/** One start after the other on one machine, every other one planned: each must end by itself, and nobody be asked or told. */
async function healthy(starts: number): Promise<readonly Row[]> {
  const site = await startMaintainedSite();
  try {
    await site.well();
    const seconds: number[] = [];
    for (let nth = 0; nth < starts; nth++) {
      const end = await (nth % 2 === 0 ? healthyMaintenance : healthyReboot)(site);
      const { open, offered, signature, told } = end;
      const isQuiet = Object.keys(open).length === 0 && offered.length === 0 && signature === null && told.length === 0;
      if (!isQuiet) throw new Error(`start ${nth + 1} did not end by itself: ${JSON.stringify(end)}`);
      seconds.push(end.seconds);
    }
    const name = `aftercare: ${starts} healthy starts, from up again to closed`;
    return [
      { name: `${name}, longest`, ours: Math.max(...seconds), ...limit(limits.healthySeconds, "s") },
      { name: `${name}, median`, ours: median(seconds), ...limit(limits.healthySeconds, "s") },
    ];
  } finally {
    await site.stop();
  }
}

function limit(theirs: number, unit: string): Pick<Row, "peer" | "theirs" | "unit"> {
  return { peer: "limit", theirs, unit };
}
