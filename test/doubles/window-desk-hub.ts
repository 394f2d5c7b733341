import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { repairRoutes } from "../../src/api/routes/repairs.ts";
import { windowRoutes } from "../../src/api/routes/windows.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { maintenanceAdd } from "../../src/cli/commands/maintenance-add.ts";
import { maintenanceCancel } from "../../src/cli/commands/maintenance-cancel.ts";
import { maintenanceCheck } from "../../src/cli/commands/maintenance-check.ts";
import { maintenanceDone } from "../../src/cli/commands/maintenance-done.ts";
import { maintenanceLs } from "../../src/cli/commands/maintenance-ls.ts";
import { maintenanceMove } from "../../src/cli/commands/maintenance-move.ts";
import { maintenanceShow } from "../../src/cli/commands/maintenance-show.ts";
import { maintenanceSign } from "../../src/cli/commands/maintenance-sign.ts";
import { repairApprove } from "../../src/cli/commands/repair-approve.ts";
import { repairLs } from "../../src/cli/commands/repair-ls.ts";
import { repairRefuse } from "../../src/cli/commands/repair-refuse.ts";
import { repairShow } from "../../src/cli/commands/repair-show.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { tableOf } from "./command-table.ts";
import { createWindowBook, type WindowBook } from "./no-windows.ts";
import { planOf, siteWith } from "./recover-plan.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const token = "0123456789abcdefghjkmnpqrstvwxyz";

// oxlint-disable-next-line typescript/no-explicit-any -- what a foreign program sees has no type
type Body = any;

/** Maintenance by API and command line, over a calendar kept in memory. */
export interface WindowDeskHub {
  readonly clock: ReturnType<typeof createSystemClock>;
  readonly book: WindowBook;
  readonly url: string;
  readonly token: string;
  /** with a body it is posted; `auth` false: by nobody */
  call(route: string, body?: unknown, auth?: boolean): Promise<{ status: number; json: Body }>;
  cli(...argv: string[]): Promise<{ exit: number; out: string; err: string }>;
  /** forgets every window */
  clear(): void;
  close(): Promise<void>;
}

export async function startWindowDesk(): Promise<WindowDeskHub> {
  const clock = createSystemClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-windows-"));
  const tokenFile = path.join(folder, "token");
  fs.writeFileSync(tokenFile, token);
  const ledger = await openLedger({ folder: path.join(folder, "data"), clock, log });
  const book = createWindowBook(clock);
  const site = { ...siteWith([planOf()]), timeZone: "Asia/Tokyo" };
  const app = Fastify();
  guardListener(app, "admin", { site: () => site, ledger, clock, cliTokenHash: sha256(token) });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
  windowRoutes(app, { windows: book.desk, site: () => site, clock, log });
  repairRoutes(app, { repairs: book.repairDesk, site: () => site });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });

  return {
    clock,
    book,
    url,
    token,
    async call(route, body, auth = true) {
      const answer = await fetch(`${url}/api/v1${route}`, {
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        headers: {
          ...(auth ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
      });
      return { status: answer.status, json: await answer.json() };
    },
    async cli(...argv) {
      let [out, err] = ["", ""];
      const exit = await runCommandLine(
        {
          argv: [...argv, "--server", url, "--token-file", tokenFile],
          env: { LANG: "en_US.UTF-8" },
          cwd: folder,
          clock,
          isTty: false,
          stdout: (text) => void (out += text),
          stderr: (text) => void (err += text),
          signal: new AbortController().signal,
        },
        commands,
      );
      return { exit, out, err };
    },
    clear() {
      for (const kept of [book.windows, book.findings, book.repairs, book.held]) kept.clear();
      book.asked.length = 0;
      book.slow = Promise.resolve();
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await ledger.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

const commands = tableOf(
  maintenanceAdd,
  maintenanceLs,
  maintenanceShow,
  maintenanceDone,
  maintenanceCheck,
  maintenanceCancel,
  maintenanceMove,
  maintenanceSign,
  repairLs,
  repairShow,
  repairApprove,
  repairRefuse,
);
