import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** A file per visit; those nobody used for a while are taken away. */
export function createSessions({ folder, keepSeconds }) {
  let sweptAtMs = 0;

  function sweep() {
    const nowMs = Date.now();
    if (Math.abs(nowMs - sweptAtMs) < 10_000) return;
    sweptAtMs = nowMs;
    for (const name of fs.readdirSync(folder)) {
      if (!name.startsWith("sess-")) continue;
      const file = path.join(folder, name);
      if (nowMs - fs.statSync(file).mtimeMs > keepSeconds * 1000) fs.rmSync(file, { force: true });
    }
  }

  return {
    /** @throws what the file system said: a visit without a session cannot be served */
    open(cookie = "") {
      sweep();
      const given = /(?:^|;\s*)sid=([0-9a-f-]{36})(?:;|$)/.exec(cookie)?.[1];
      const id = given ?? randomUUID();
      const file = path.join(folder, `sess-${id}`);
      const cart = given !== undefined && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8") || "[]") : [];
      const session = { id, cart, save: () => fs.writeFileSync(file, JSON.stringify(session.cart)) };
      session.save();
      return session;
    },
  };
}
