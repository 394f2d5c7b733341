import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { dumpPath } from "../src/recover/dump/engine.ts";
import { postgresPassword, postgresUser } from "../test/doubles/postgres-server.ts";
import { loseHost, type LostHost } from "./lost-host.ts";
import { loadRow, measured, median, type Taken } from "./measure.ts";
import { sizeOf, type Size } from "./options.ts";
import type { Row } from "./row.ts";

type Way = (host: LostHost, folder: string) => Promise<Taken>;

/**
 * Total loss of a host until its service answers again from what was brought back and compared: by one command, and by
 * the same steps in sequence as somebody would write them down, without a pause between them.
 */
export async function recover(): Promise<readonly Row[]> {
  const size = sizeOf(1);
  const host = await loseHost(size);
  try {
    const rounds: Record<keyof typeof ways, Taken>[] = [];
    for (let round = 0; round < size.rounds; round++) rounds.push(await everyWay(host, round));
    return rowsOf(host, size, rounds);
  } finally {
    await host.close();
  }
}

const ways = { ours: byOneCommand, hand: byHand(""), checked: byHand("--verify"), copy: byCopy } as const;

/** Every other round in the opposite order, so that nobody always comes first. */
async function everyWay(host: LostHost, round: number): Promise<Record<keyof typeof ways, Taken>> {
  const names = Object.keys(ways) as readonly (keyof typeof ways)[];
  const found: Partial<Record<keyof typeof ways, Taken>> = {};
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const folder = path.join(host.bench.folder, `new-${name}`);
    const way: Way = ways[name];
    const began = performance.now();
    const taken = await way(host, folder);
    if (name !== "copy") await answers(host, folder);
    found[name] = { ...taken, seconds: (performance.now() - began) / 1_000 };
    fs.rmSync(folder, { recursive: true, force: true });
    if (name !== "copy") host.sql("postgres", "DROP DATABASE shop");
  }
  return found as Record<keyof typeof ways, Taken>;
}

function rowsOf(host: LostHost, size: Size, rounds: readonly Record<keyof typeof ways, Taken>[]): readonly Row[] {
  const { linkMegabits } = size;
  const line = linkMegabits === null ? "no line" : `${linkMegabits} Mbit/s`;
  const what = `recover: ${size.files} files, ${size.largeMegabytes} + ${size.databaseMegabytes} MB, ${line}`;
  const of = (way: keyof typeof ways, figure: keyof Taken): number => median(rounds.map((round) => round[way][figure]));
  const row = (peer: string, theirs: number): Row => ({
    name: what,
    ours: of("ours", "seconds"),
    peer,
    theirs,
    unit: "s",
  });
  return [
    row("restic and psql by hand", of("hand", "seconds")),
    row("the same with --verify", of("checked", "seconds")),
    row("cp of the same bytes", of("copy", "seconds")),
    ...(linkMegabits === null ? [] : [row("the line's limit", (host.repositoryBytes * 8) / (linkMegabits * 1e6))]),
    {
      name: "recover: CPU",
      ours: of("ours", "cpuSeconds"),
      peer: "restic and psql by hand",
      theirs: of("hand", "cpuSeconds"),
      unit: "s",
    },
    {
      name: "recover: resident at once",
      ours: of("ours", "peakMegabytes"),
      peer: "restic and psql by hand",
      theirs: of("hand", "peakMegabytes"),
      unit: "MB",
    },
    loadRow("recover"),
  ];
}

async function byOneCommand(host: LostHost, folder: string): Promise<Taken> {
  const config = path.join(host.bench.folder, "koboshi.yml");
  const { host: socket, port } = host.database;
  fs.writeFileSync(
    config,
    `version: 1
people: { me: you@example.jp }
places: { office: { provider: own } }
hosts: { web1: { address: 127.0.0.1 } }
vantages: [{ name: here, at: office }]
services: { www: "https://www.example.jp" }
backups:
  shop-data:
    of:
      host: web1
      paths: [${JSON.stringify(host.bench.source)}]
      databases: [{ postgres: shop, user: ${postgresUser}, password: ${postgresPassword}, host: ${JSON.stringify(socket)}, port: ${port} }]
    with: restic
    password: "\${file:${host.passwordFile}}"
    to: [{ at: office, repo: ${JSON.stringify(host.repo)} }]
`,
    { mode: 0o600 },
  );
  const words = ["dist/cli/main.js", "backup", "restore", "shop-data", "--config", config, "--folder", folder, "--yes"];
  return measured([...host.prefix, process.execPath, ...words], cacheOf(host, "ours"));
}

/** What the sheet for the safe says, one step after the other. */
function byHand(verify: string): Way {
  return (host, folder) => {
    const id = (part: string): string => host.record.parts.find((each) => each.part === part)?.snapshot ?? "";
    const steps = `set -e
restic restore ${id("files")} --target "$FOLDER" ${verify}
restic dump ${id("dump")} ${dumpPath(host.record.plan, "postgres/shop")} > "$FOLDER/shop.sql"
psql -X -q -d postgres -c 'CREATE DATABASE shop TEMPLATE template0'
psql -X -q -1 -v ON_ERROR_STOP=1 -o /dev/null -d shop -f "$FOLDER/shop.sql"
rm "$FOLDER/shop.sql"`;
    return measured([...host.prefix, "bash", "-c", steps], {
      ...cacheOf(host, `hand${verify}`),
      FOLDER: folder,
      RESTIC_REPOSITORY: host.repo,
      RESTIC_PASSWORD_FILE: host.passwordFile,
      PGHOST: host.database.host,
      PGPORT: String(host.database.port),
      PGUSER: postgresUser,
      PGPASSWORD: postgresPassword,
    });
  };
}

function byCopy(host: LostHost, folder: string): Promise<Taken> {
  return measured(["cp", "-a", host.bench.source, folder]);
}

/** A machine that was never here before knows nothing of the repository. */
function cacheOf(host: LostHost, name: string): Readonly<Record<string, string>> {
  const folder = path.join(host.bench.folder, `cache-${name}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  return { XDG_CACHE_HOME: folder };
}

/** The service is started on what came back and must answer with every order and with a file as it was. */
async function answers(host: LostHost, folder: string): Promise<void> {
  const page = path.join("media", "l0");
  const service = http.createServer((_request, response) => {
    const orders = host.sql("shop", "SELECT count(*) FROM orders").trim();
    const file = fs.readFileSync(path.join(folder, host.bench.source, page));
    response.end(`${orders} ${createHash("sha256").update(file).digest("hex")}`);
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const { port } = service.address() as AddressInfo;
  const said = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  service.close();
  service.closeAllConnections();
  const sum = createHash("sha256")
    .update(fs.readFileSync(path.join(host.bench.source, page)))
    .digest("hex");
  if (said !== `${host.rows} ${sum}`) throw new Error(`the service says ${said}, not ${host.rows} ${sum}`);
}
