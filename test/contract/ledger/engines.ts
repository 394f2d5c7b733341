import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openLedger } from "../../../src/storage/ledger/open.ts";
import type { Engine } from "./suite.ts";

const sqlite: Engine = {
  name: "sqlite",
  async open(deps) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-ledger-"));
    const ledger = await openLedger({ folder: path.join(root, "data"), ...deps });
    return {
      ledger,
      async dispose() {
        await ledger.close();
        fs.rmSync(root, { recursive: true });
      },
    };
  },
};

/** Every engine runs every test of this folder. */
export const engines: readonly Engine[] = [sqlite];
