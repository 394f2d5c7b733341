import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { asUser, runServer, serverFolder, type ServerProcess } from "./server-process.ts";

const run = promisify(execFile);
export const postgresUser = "koboshi";
export const postgresPassword = "s3cret-of-postgres";

export interface PostgresServer extends ServerProcess {
  readonly folder: string;
}

/** Where Debian keeps the newest PostgreSQL's own programs. */
function program(name: string): string {
  const versions = fs.readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
  return path.join("/usr/lib/postgresql", versions[0] ?? "", "bin", name);
}

export interface PostgresOptions {
  readonly port: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A real PostgreSQL cluster of its own on 127.0.0.1; everyone logs in with a password. */
export async function startPostgres({ port, settings = {}, tls }: PostgresOptions): Promise<PostgresServer> {
  const folder = serverFolder("postgres", "postgres");
  const [data, secret] = [path.join(folder, "data"), path.join(folder, "secret")];
  fs.writeFileSync(secret, postgresPassword, { mode: 0o644 });
  const flags = [
    "-D",
    data,
    "-U",
    postgresUser,
    "--auth=scram-sha-256",
    `--pwfile=${secret}`,
    "--no-sync",
    "-E",
    "UTF8",
  ];
  await run(program("initdb"), [...flags, "--locale=C"], asUser("postgres"));
  const certificate = tls === undefined ? {} : { ssl: "on", ...ownCopies(folder, tls) };
  const server = launch({ data, port, settings: { ...certificate, ...settings } });
  await accepting(port);
  return { ...server, folder };
}

/** A standby that streams from `primary`. */
export async function startStandby(primaryPort: number, port: number): Promise<PostgresServer> {
  const folder = serverFolder("standby", "postgres");
  const data = path.join(folder, "data");
  const from = `host=127.0.0.1 port=${primaryPort} user=${postgresUser} password=${postgresPassword}`;
  await run(
    program("pg_basebackup"),
    ["-D", data, "-d", from, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"],
    asUser("postgres"),
  );
  const server = launch({ data, port, settings: {} });
  await accepting(port);
  return { ...server, folder };
}

function launch({
  data,
  port,
  settings,
}: {
  data: string;
  port: number;
  settings: Readonly<Record<string, string>>;
}): ServerProcess {
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: data,
    fsync: "off",
    shared_buffers: "16MB",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return runServer(program("postgres"), ["-D", data, ...flags], asUser("postgres"));
}

/** The server reads its key only when nobody else can. */
function ownCopies(folder: string, tls: { readonly cert: string; readonly key: string }): Record<string, string> {
  const files = { ssl_cert_file: path.join(folder, "cert.pem"), ssl_key_file: path.join(folder, "key.pem") };
  fs.copyFileSync(tls.cert, files.ssl_cert_file);
  fs.copyFileSync(tls.key, files.ssl_key_file);
  fs.chmodSync(files.ssl_key_file, 0o600);
  const { uid, gid } = asUser("postgres");
  if (uid !== undefined && gid !== undefined) for (const file of Object.values(files)) fs.chownSync(file, uid, gid);
  return files;
}

async function accepting(port: number): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const ready = await run(program("pg_isready"), ["-h", "127.0.0.1", "-p", String(port), "-q"]).then(
      () => true,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`PostgreSQL does not accept on ${port}`);
}
