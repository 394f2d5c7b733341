import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { freePort, until } from "../doubles/hub-process.ts";
import { startPlainRestic, type PlainRestic } from "../doubles/recover-plain-restic.ts";
import { runServer, type ServerProcess } from "../doubles/server-process.ts";
import { fillFolders, restoreCommand, sumOf, writePlan } from "./recover-restore-fixture.ts";

let restic: PlainRestic;
let source: string;
let server: ServerProcess;
let port: number;

async function serve(): Promise<ServerProcess> {
  const words = ["serve", "restic", "--addr", `127.0.0.1:${port}`, "--append-only", restic.repo];
  const started = runServer("/usr/bin/rclone", words, { env: { ...process.env, RCLONE_CONFIG: "/dev/null" } });
  await until("rclone serves", () =>
    fetch(`http://127.0.0.1:${port}/config`).then(
      ({ status }) => status < 500,
      () => false,
    ),
  );
  return started;
}

before(async () => {
  restic = await startPlainRestic();
  source = path.join(restic.folder, "srv");
  fillFolders(source, 3, 12_000_000);
  await restic.commit("shop-data", { paths: [source] });
  port = await freePort();
  server = await serve();
});
after(async () => {
  await server.stop("SIGKILL");
  await restic.end();
});

test("the line is cut at half: it tries again, then says how to go on; done units are not fetched again", async () => {
  const folder = path.join(restic.folder, "target");
  const config = writePlan(restic, { paths: [source], down: "12Mbit", repo: `rest:http://127.0.0.1:${port}/` });
  const words = ["shop-data", "--config", config, "--folder", folder, "--yes"];
  const env = { UNIT_BYTES: "4000000", STALL_MS: "1500" };
  const first = restoreCommand(words, env);
  const placed = path.join(folder, source);
  await until("a unit is in place", async () => fs.existsSync(placed) && fs.readdirSync(placed).length === 1);
  await server.stop("SIGKILL");
  const ended = await first.ended;
  assert.equal(ended.code, 75, `${ended.stdout}\n${ended.stderr}`);
  assert.match(ended.stdout, /the connection to the repository is cut\nto go on: koboshi backup restore shop-data/);
  const done = fs.readdirSync(placed);
  const inode = fs.statSync(path.join(placed, done[0] ?? "", "f0")).ino;
  server = await serve();
  const again = await restoreCommand(words, env).ended;
  assert.equal(again.code, 0, again.stderr);
  assert.equal(sumOf(placed), sumOf(source));
  assert.equal(fs.statSync(path.join(placed, done[0] ?? "", "f0")).ino, inode);
});
