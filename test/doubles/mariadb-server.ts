import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import mysql from "mysql2/promise";
import { asUser, runServer, serverFolder, type ServerProcess } from "./server-process.ts";

const run = promisify(execFile);
export const mariadbPassword = "s3cret-of-mariadb";

export interface MariadbServer extends ServerProcess {
  readonly folder: string;
}

export interface MariadbOptions {
  readonly port: number;
  readonly settings?: readonly string[];
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A real MariaDB of its own on 127.0.0.1 with a user `koboshi`. */
export async function startMariadb({ port, settings = [], tls }: MariadbOptions): Promise<MariadbServer> {
  const folder = serverFolder("mariadb", "mysql");
  const data = path.join(folder, "data");
  const quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"];
  await run(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db", ...quick],
    asUser("mysql"),
  );
  const init = path.join(folder, "init.sql");
  const grants = "grant select, process, slave monitor on *.* to koboshi@'%'";
  fs.writeFileSync(
    init,
    `create user koboshi@'%' identified by '${mariadbPassword}';\n${grants};\ncreate database shop;\n`,
  );
  const encryption =
    tls === undefined ? [] : Object.entries(ownCopies(folder, tls)).map(([name, file]) => `--${name}=${file}`);
  const server = runServer(
    "/usr/sbin/mariadbd",
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${path.join(folder, "s")}`,
      `--pid-file=${path.join(folder, "pid")}`,
      `--init-file=${init}`,
      "--skip-name-resolve",
      ...quick,
      ...encryption,
      ...settings,
    ],
    asUser("mysql"),
  );
  await accepting(port, server);
  return { ...server, folder };
}

function ownCopies(
  folder: string,
  { cert, key }: { readonly cert: string; readonly key: string },
): Record<string, string> {
  const files = { "ssl-cert": path.join(folder, "cert.pem"), "ssl-key": path.join(folder, "key.pem") };
  fs.copyFileSync(cert, files["ssl-cert"]);
  fs.copyFileSync(key, files["ssl-key"]);
  const { uid, gid } = asUser("mysql");
  if (uid !== undefined && gid !== undefined) for (const file of Object.values(files)) fs.chownSync(file, uid, gid);
  return files;
}

async function accepting(port: number, server: ServerProcess): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
    const connection = await mysql
      .createConnection({ host: "127.0.0.1", port, user: "koboshi", password: mariadbPassword })
      .catch(() => null);
    if (connection !== null) return connection.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`MariaDB does not accept on ${port}: ${server.output()}`);
}
