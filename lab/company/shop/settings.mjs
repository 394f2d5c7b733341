import fs from "node:fs";

const usual = {
  port: 3000,
  /** requests worked on at a time; others wait */
  workers: { most: 16, longestQueue: 200 },
  sessions: { folder: "/var/lib/shop/sessions", keepSeconds: 120 },
  modeFile: "/run/shop/mode",
  urlsFile: "/etc/shop/urls.json",
  database: { host: "127.0.0.1", database: "shop", user: "shop", password: "shop-pw" },
  connections: 10,
  statementSeconds: 25,
  payment: { url: "http://pay.test:8088", limitSeconds: 20 },
};

export function readSettings(file) {
  const given = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  return { ...usual, ...given };
}

/** Pages that take longer, by path: `{"/app/search": 12}` seconds. Read anew for every request. */
export function settingsOf(file) {
  return {
    async pause(path) {
      let seconds = 0;
      try {
        seconds = Number(JSON.parse(fs.readFileSync(file, "utf8"))[path] ?? 0);
      } catch {
        return; // no such file: no page is slower
      }
      if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    },
  };
}

/** What the application is told to suffer from: `normal|slow|reset|error|hang [PATH] [SECONDS]` in a file. */
export function watchMode(file) {
  const read = () => {
    try {
      const [mode = "normal", path = "*", seconds = "12"] = fs.readFileSync(file, "utf8").trim().split(/\s+/);
      return { mode, path, seconds: Number(seconds) };
    } catch {
      return { mode: "normal", path: "*", seconds: 0 };
    }
  };
  return {
    async obey(path, socket) {
      const told = read();
      if (told.path !== "*" && !path.startsWith(told.path)) return;
      if (told.mode === "reset") socket.resetAndDestroy();
      if (told.mode === "slow") await new Promise((resolve) => setTimeout(resolve, told.seconds * 1000));
      if (told.mode === "error") throw new TypeError("Cannot read properties of undefined (reading 'price')");
      // nothing else runs meanwhile, as in an endless loop that waits for itself
      const never = new Int32Array(new SharedArrayBuffer(4));
      while (read().mode === "hang") Atomics.wait(never, 0, 0, 500);
    },
  };
}
