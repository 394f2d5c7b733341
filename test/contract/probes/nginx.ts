import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { accepting } from "./listeners.ts";

/** Runs a real nginx with the `server` blocks in `servers`, in the foreground, with everything in `folder`. @returns how to end it */
export async function startNginx(
  folder: string,
  servers: string,
  ports: readonly number[],
): Promise<() => Promise<void>> {
  const config = path.join(folder, "nginx.conf");
  const log = path.join(folder, "error.log");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  fs.writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${log};
events { worker_connections 512; }
http { access_log off; default_type text/html; ${temporary.join(" ")}\n${servers}\n}`,
  );
  const nginx = spawn("/usr/sbin/nginx", ["-c", config, "-e", log], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => nginx.once("close", () => resolve()));
  process.once("exit", () => nginx.kill());
  await Promise.all(ports.map((port) => accepting(port)));
  return async () => {
    nginx.kill("SIGTERM");
    await ended;
  };
}
