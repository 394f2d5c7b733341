import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { noteRoutes } from "../../src/api/routes/notes.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { note } from "../../src/cli/commands/note.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { tableOf } from "../doubles/command-table.ts";
import { benchSite, signalOf, withWindows, type WindowBench } from "../doubles/window-bench.ts";

const token = "0123456789abcdefghjkmnpqrstvwxyz";

type Asked = (...argv: string[]) => Promise<{ exit: number; out: string }>;

/** The command and the route, over real windows. */
async function withNotes(body: (cli: Asked, bench: WindowBench) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-notes-"));
  const tokenFile = path.join(folder, "token");
  fs.writeFileSync(tokenFile, token);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  await withWindows(async (bench) => {
    const { clock } = bench;
    const site = { ...benchSite, timeZone: "Asia/Tokyo" };
    const app = Fastify();
    guardListener(app, "admin", { site: () => site, ledger: bench.ledger(), clock, cliTokenHash: sha256(token) });
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
    const feeds = { current: () => [] };
    noteRoutes(app, { site: () => site, clock, ledger: bench.ledger(), windows: bench.windows(), feeds });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const cli: Asked = async (...argv) => {
      let out = "";
      const server = ["--server", url, "--token-file", tokenFile];
      const asked = {
        argv: ["note", ...argv, ...server],
        env: { LANG: "en_US.UTF-8" },
        cwd: folder,
        clock,
        isTty: false,
        stdout: (text: string) => void (out += text),
        stderr: (text: string) => void (out += text),
        signal: new AbortController().signal,
      };
      return { exit: await runCommandLine(asked, tableOf(note)), out };
    };
    try {
      await body(cli, bench);
    } finally {
      app.server.closeAllConnections();
      await app.close();
    }
  });
  fs.rmSync(folder, { recursive: true, force: true });
}

test("work that is noted with its target and its length holds alarms from that moment, and says until when", () =>
  withNotes(async (cli, bench) => {
    const { exit, out } = await cli("--window", "web1 の Apache 更新 (今から30分、web が止まります)");
    assert.equal(exit, 0, out);
    assert.match(out, /^Recorded: web1/);
    assert.match(out, /Alarms of host:web1 wait from \S+ \S+ until \S+ \S+ \(maintenance 1\)\.\n$/);
    assert.equal(bench.windows().heldBy(signalOf(bench.clock)), 1);
    const window = await bench.windows().window(1);
    assert.deepEqual([window?.origin, window?.targets, window?.isPublic], ["hand", ["host:web1"], false]);
    assert.equal((window?.endMs ?? 0) - (window?.startMs ?? 0), 30 * 60_000);
    assert.equal((await bench.ledger().read.notes("window")).length, 1);
  }));

test("a note that does not say on what and when is kept, holds nothing, and says so", () =>
  withNotes(async (cli, bench) => {
    for (const text of ["web1 の定期メンテナンス終了", "定期メンテナンス"]) {
      const { exit, out } = await cli("--window", text);
      assert.equal(exit, 0, out);
      assert.match(out, /This is only a note: .* koboshi maintenance add\n$/s);
    }
    const change = await cli("--change", "web1: httpd updated, from now for 30 minutes");
    assert.doesNotMatch(change.out, /Alarms|only a note/);
    assert.deepEqual(await bench.windows().windows({ states: null, limit: 10 }), []);
    assert.equal((await bench.ledger().read.notes("window")).length, 2);
  }));
