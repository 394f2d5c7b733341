import { spawn } from "node:child_process";
import fs from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Clock } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";

const knownPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
] as const;
const printLimitMs = 30_000;
const keptErrorBytes = 2_000;

/** Where Chromium is on this machine; null when there is none. */
export function findChromium(named: string | undefined): string | null {
  const places = named === undefined ? knownPaths : [named];
  return places.find((place) => fs.existsSync(place)) ?? null;
}

/**
 * Prints a page that needs nothing else as PDF. The browser reaches no network and lives for this page only.
 * @returns KB7002 when it cannot
 */
export async function printPdf(
  html: string,
  { clock, chromium }: { clock: Clock; chromium: string | null },
): Promise<Result<Buffer, KoboshiError>> {
  if (chromium === null) return err(new KoboshiError("KB7002", { reason: "not-found" }));
  const folder = await mkdtemp(path.join(os.tmpdir(), "koboshi-print-"));
  try {
    const [page, out] = [path.join(folder, "page.html"), path.join(folder, "page.pdf")];
    await writeFile(page, html, { mode: 0o600 });
    const failure = await run(chromium, argumentsFor(folder, page, out), clock);
    if (failure !== null) return err(new KoboshiError("KB7002", { reason: failure }));
    return ok(await readFile(out));
  } catch (thrown) {
    return err(new KoboshiError("KB7002", { reason: errorText(thrown) }, thrown));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As root its own sandbox refuses to start; the page is ours and no address is reachable, so it is left out there. */
function argumentsFor(folder: string, page: string, out: string): readonly string[] {
  return [
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    `--user-data-dir=${path.join(folder, "profile")}`,
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    `--print-to-pdf=${out}`,
    `file://${page}`,
  ];
}

/** @returns why it failed; null when it ended well */
function run(program: string, args: readonly string[], clock: Clock): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
    let said = "";
    const limit = clock.after(printLimitMs, () => end("timeout"));
    function end(reason: string | null): void {
      limit.cancel();
      if (reason === "timeout" && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      resolve(reason);
    }
    child.stderr.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-keptErrorBytes);
    });
    child.once("error", (error) => end(errorText(error)));
    child.once("exit", (code) => end(code === 0 ? null : `exit ${code ?? "?"}: ${said.split("\n")[0] ?? ""}`));
  });
}
