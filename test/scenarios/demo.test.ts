import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { freePort } from "../doubles/hub-process.ts";

interface Told {
  readonly ok: boolean;
  readonly incident: number;
  readonly seconds: number;
  readonly mails: number;
}

for (const scenario of ["disk-full", "db-stops"]) {
  test(`the demo plays ${scenario} from detection to report, and cleans up`, async () => {
    const words = ["demo", "--once", "--json", "--no-open", "--lang", "ja", "--scenario", scenario];
    const child = spawn(process.execPath, ["dist/cli/main.js", ...words, "--port", String(await freePort())], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 0, said);
    const told = JSON.parse(out) as Told;
    assert.ok(told.ok && told.incident === 1 && told.mails >= 1, out);
    assert.ok(said.includes("「対応します」を押しました") && said.includes("報告書の下書きができました"), said);
  });
}
