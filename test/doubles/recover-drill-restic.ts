import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import type { PhaseTime } from "../../src/kernel/model/recovery.ts";
import type { RunResult, Workplace } from "../../src/recover/workplace/workplace.ts";
import type { DrillRestore, DrillSmoke, RestoredCopy } from "../../src/recover/drill/ports.ts";
import { drillRecord } from "./recover-drill-site.ts";

export interface DrillCopy {
  readonly repo: string;
  readonly password: string;
  readonly record: CommitRecord;
  close(): void;
}

/** A shop that counts its orders, tells the customer by mail and the payment service by https. */
const application = String.raw`
import http from "node:http"; import net from "node:net"; import { execFileSync } from "node:child_process";
const [socket] = process.argv.slice(2);
const mail = net.connect(25, "192.0.2.25"); let step = 0;
const lines = ["EHLO shop", "MAIL FROM:<shop@example.jp>", "RCPT TO:<customer@example.jp>", "DATA", "order\r\n.", "QUIT"];
mail.on("data", () => { if (step < lines.length) mail.write(lines[step++] + "\r\n"); }); mail.on("error", () => {});
net.connect(443, "203.0.113.50").on("error", () => {});
http.createServer((_, answer) => {
  try { answer.end("orders " + execFileSync("psql", ["-XAt", "-h", socket, "-U", "postgres", "-d", "shop", "-c", "select count(*) from orders"])); }
  catch { answer.writeHead(500).end(); }
}).listen(8080);
`;

const dump = `CREATE TABLE orders (id integer PRIMARY KEY, note text, at timestamptz);
COPY orders FROM stdin;
${Array.from({ length: 300 }, (_, at) => `${at}\t注文 ${at}\t2026-11-21 0${at % 9}:00:00+00`).join("\n")}
\\.
--
-- PostgreSQL database dump complete
--
`;

/** A repository with one committed set: the application's files and a dump of its database. */
export async function drillCopy(): Promise<DrillCopy> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "drill-copy-"));
  const [repo, source] = [path.join(folder, "repo"), path.join(folder, "source/srv/app")];
  fs.mkdirSync(source, { recursive: true });
  fs.writeFileSync(path.join(source, "shop.mjs"), application);
  fs.writeFileSync(path.join(source, "注文.txt"), "控え\n");
  fs.mkdirSync(path.join(source, "etc"));
  fs.writeFileSync(path.join(source, "etc/shop.conf"), "mail=on\n");
  const env = {
    ...process.env,
    RESTIC_REPOSITORY: repo,
    RESTIC_PASSWORD: "right",
    RESTIC_CACHE_DIR: `${folder}/cache`,
  };
  const restic = (args: readonly string[], input = ""): string =>
    execFileSync("restic", args, { env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  restic(["init"]);
  restic(["backup", "--tag", "part=files", source]);
  restic(["backup", "--tag", "part=dump", "--stdin", "--stdin-filename", "/shop.sql"], dump);
  const listed = JSON.parse(restic(["snapshots", "--json"])) as { id: string; tags: string[] }[];
  const id = (tag: string): string => listed.find(({ tags }) => tags.includes(tag))?.id ?? "";
  return {
    repo,
    password: "right",
    record: drillRecord("01SET", id("part=files"), id("part=dump")),
    close: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

const serverScript = String.raw`set -e
R=$1; B=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
mkdir "$R/pg"; chown postgres: "$R/pg"
as() { setpriv --reuid postgres --regid postgres --init-groups -- "$@"; }
as "$B/initdb" -D "$R/pg/data" -E UTF8 --locale=C --no-sync -A trust >/dev/null
as "$B/pg_ctl" -D "$R/pg/data" -w -l "$R/pg/log" -o "-c listen_addresses= -c unix_socket_directories=$R/pg -c fsync=off" start >/dev/null
as createdb -h "$R/pg" shop
as psql -X -q -1 -v ON_ERROR_STOP=1 -h "$R/pg" -d shop`;

/** Restores by plain restic from outside, loads and counts inside; as whoever restores in earnest does it. */
export function drillRestore(copy: DrillCopy, { breakApplication = false } = {}): DrillRestore {
  return async ({ record, outside, inside, root, onPhase }) => {
    const phases: PhaseTime[] = [];
    const env = { RESTIC_REPOSITORY: copy.repo, RESTIC_PASSWORD: copy.password, RESTIC_CACHE_DIR: `${root}/.cache` };
    const [files, dumped] = record.parts;
    const end = (trouble: RestoredCopy["trouble"], newest: number | null): RestoredCopy => ({
      phases,
      newestRecordAtMs: newest,
      trouble,
      sample: null,
    });
    async function timed(phase: "fetch" | "load" | "verify", work: () => Promise<RunResult>): Promise<RunResult> {
      onPhase(phase);
      const began = process.hrtime.bigint();
      const answer = await work();
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      phases.push({ phase, seconds, bytes: phase === "fetch" ? record.totals.bytes : 0, files: 3, manualSteps: 0 });
      return answer;
    }
    const restic = (...args: string[]): Promise<RunResult> =>
      outside.run({ argv: ["restic", "--no-lock", ...args], env });
    const fetched = await timed("fetch", () => restic("restore", files?.snapshot ?? "", "--target", root));
    if (fetched.code !== 0) return end({ code: "restic", text: fetched.stderr.slice(0, 200) }, null);
    if (breakApplication) fs.writeFileSync(find(root), "this is no program");
    const sql = await restic("dump", dumped?.snapshot ?? "", "/shop.sql");
    const load = await timed("load", () =>
      inside.run({ argv: ["sh", "-c", serverScript, "load", root] }, { input: sql.stdout }),
    );
    if (load.code !== 0) return end({ code: "load", text: load.stderr.slice(0, 400) }, null);
    const question = "select count(*), extract(epoch from max(at)) from orders";
    const verified = await timed("verify", () =>
      inside.run({ argv: ["psql", "-XAt", "-h", `${root}/pg`, "-U", "postgres", "-d", "shop", "-c", question] }),
    );
    const [rows, newest] = verified.stdout.trim().split("|").map(Number);
    return end(rows === 300 ? null : { code: "rows-differ", text: verified.stdout }, (newest ?? 0) * 1000);
  };
}

function find(root: string): string {
  const name = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).find((one) => one.endsWith("shop.mjs"));
  return path.join(root, name ?? "");
}

/** Starts the application and asks it by its public name, as a visitor would. */
export const shopSmoke: DrillSmoke = async ({ room: { inside, root } }) => {
  const app = inside.start({ argv: [process.execPath, find(root), `${root}/pg`] });
  app.stdout.resume();
  app.stderr.resume();
  const answer = await ask(inside);
  const ok = answer === "orders 300";
  return {
    bytes: 0,
    files: 0,
    manualSteps: 0,
    started: [],
    checks: [],
    trouble: ok ? null : { code: "smoke", text: answer || "no answer" },
  };
};

async function ask(inside: Workplace): Promise<string> {
  for (let attempt = 0; attempt < 15; attempt++) {
    const { code, stdout } = await inside.run({ argv: ["curl", "-sfm", "2", "http://www.example.jp:8080/"] });
    if (code === 0) return stdout.trim();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return "";
}
