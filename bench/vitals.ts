import { sshHost, withHosts } from "../test/doubles/host-bench.ts";
import { until } from "../test/doubles/hub-process.ts";
import { startSshHost } from "../test/doubles/sshd-host.ts";
import type { Row } from "./row.ts";

const hostCount = 200;
const everyMs = 60_000;
/** What the small profile leaves for it: one core, and memory for everything else besides. */
const limits = { coreSeconds: 60, rssMb: 512 };

/** 200 machines, each a connection of its own to one real sshd, held and read every minute by one hub. */
export async function vitals(): Promise<readonly Row[]> {
  const server = await startSshHost({ lines: ["MaxSessions 1", "LogLevel ERROR"] });
  try {
    return await measure(Array.from({ length: hostCount }, (_, index) => sshHost(server, { key: `host${index + 1}` })));
  } finally {
    await server.stop();
  }
}

async function measure(list: readonly ReturnType<typeof sshHost>[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await withHosts(list, { everyMs }, async ({ hosts, telemetry }) => {
    const before = process.memoryUsage().rss;
    hosts.start();
    const readOnce = (): boolean => hosts.hosts().every(({ silence }) => silence === null);
    // the first look of each is thorough, and opens its connection
    await until("every host was read once", async () => readOnce(), 15 * everyMs);
    const [fromMs, cpu] = [Date.now(), process.cpuUsage()];
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const [toMs, used] = [Date.now(), process.cpuUsage(cpu)];
    const coreSeconds = (used.user + used.system) / 1e6;
    const looks = await telemetry.read.metrics({ name: "processes", fromMs, toMs, limit: 100_000 });
    const unread = hosts.hosts().filter(({ silence }) => silence !== null).length;
    const rss = process.memoryUsage().rss;
    rows.push(
      {
        name: "vitals: hosts read in a minute",
        ours: (looks.length * everyMs) / (toMs - fromMs),
        ...limit(hostCount, "hosts"),
      },
      { name: "vitals: hosts that could not be read", ours: unread, ...limit(1, "hosts") },
      { name: "vitals: the hub's CPU in that minute", ours: coreSeconds, ...limit(limits.coreSeconds, "s") },
      {
        name: "vitals: hosts a minute for each core",
        ours: (looks.length * 60) / coreSeconds,
        ...limit(hostCount, "hosts"),
      },
      { name: "vitals: memory of the whole process", ours: rss / 1e6, ...limit(limits.rssMb, "MB") },
      { name: "vitals: memory for the hosts", ours: (rss - before) / 1e6, ...limit(limits.rssMb, "MB") },
    );
  });
  return rows;
}

function limit(theirs: number, unit: string): Pick<Row, "peer" | "theirs" | "unit"> {
  return { peer: "limit", theirs, unit };
}
