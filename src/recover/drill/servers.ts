import { safeText } from "../../clients/safe-text.ts";
import type { BackupDatabase } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { collect } from "../workplace/run.ts";
import type { Workplace } from "../workplace/workplace.ts";

/** Where the servers of a room are made. */
interface ServerPlace {
  readonly inside: Workplace;
  /** the room's own folder: their data lie on its disk */
  readonly scratch: string;
}

const asPostgres = "setpriv --reuid=postgres --regid=postgres --clear-groups --";
/** $1: data folder, $2: port. As the restored machine has it: reached by its socket and on 127.0.0.1, its settings the usual ones. */
const postgresScript = String.raw`set -e
D=$1
B=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$B" ] || B=$(dirname "$(command -v initdb)")
mkdir -p "$D" /run/postgresql; chown postgres: "$D" /run/postgresql; chmod 700 "$D"; cd "$D"
${asPostgres} "$B/initdb" -D "$D" --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
exec ${asPostgres} "$B/postgres" -D "$D" -c listen_addresses=127.0.0.1 -c port="$2" -c unix_socket_directories=/run/postgresql
`;
const asMysql = "setpriv --reuid=mysql --regid=mysql --clear-groups --";
const mariadbScript = String.raw`set -e
D=$1
PATH=$PATH:/usr/sbin; export PATH
mkdir -p "$D" /run/mysqld; chown mysql: "$D" /run/mysqld; chmod 700 "$D"; cd "$D"
${asMysql} mariadb-install-db --no-defaults --datadir="$D" --auth-root-authentication-method=normal --skip-test-db >/dev/null
exec ${asMysql} mariadbd --no-defaults --datadir="$D" --bind-address=127.0.0.1 --port="$2" --socket="$3" --character-set-server=utf8mb4
`;

/** Waits until somebody listens. $1: the socket. */
const waitScript = 'i=0; while [ $i -lt 600 ]; do [ -S "$1" ] && exit 0; sleep 0.1; i=$((i+1)); done; exit 1';

interface Kind {
  readonly script: string;
  readonly port: number;
  readonly user: string | null;
  socket(port: number): string;
  /** as a login of the restore names it */
  host(port: number): string;
}

const postgres: Kind = {
  script: postgresScript,
  port: 5432,
  user: null,
  socket: (port) => `/run/postgresql/.s.PGSQL.${port}`,
  host: () => "/run/postgresql",
};
const mysqlSocket = (port: number): string => `/run/mysqld/mysqld${port === 3306 ? "" : `-${port}`}.sock`;
const mysql: Kind = { script: mariadbScript, port: 3306, user: "root", socket: mysqlSocket, host: mysqlSocket };
const kinds: Readonly<Record<BackupDatabase["engine"], Kind | null>> = {
  postgres,
  mysql,
  mariadb: mysql,
  sqlite: null,
};

/**
 * Starts an empty server for each that the plan copies from, where the restored application looks for it. They end with the
 * room.
 * @returns the plan's databases as they are reached there; or why a server does not run
 */
export async function startServers(
  { inside, scratch }: ServerPlace,
  databases: readonly BackupDatabase[],
): Promise<Result<readonly BackupDatabase[], string>> {
  const running = new Set<string>();
  const placed: BackupDatabase[] = [];
  for (const database of databases) {
    const kind = kinds[database.engine];
    if (kind === null) {
      placed.push(database);
      continue;
    }
    const port = database.port ?? kind.port;
    const socket = kind.socket(port);
    if (!running.has(socket)) {
      const failed = await start(inside, [kind.script, `${scratch}/servers/${port}`, String(port), socket]);
      if (failed !== null) return err(`${database.engine}: ${failed}`);
      running.add(socket);
    }
    placed.push({ ...database, host: kind.host(port), port, user: kind.user, password: null });
  }
  return ok(placed);
}

const maxSaid = 16_384;

/** @returns why it does not run */
async function start(inside: Workplace, [script, folder, port, socket]: readonly string[]): Promise<string | null> {
  const words = [script ?? "", "koboshi-drill", folder ?? "", port ?? "", socket ?? ""];
  const server = inside.start({ argv: ["sh", "-c", ...words] });
  server.stdin.end();
  server.stdout.resume();
  const said = collect(server.stderr, maxSaid);
  const ended = server.ended.then(({ code }) => `${code} ${safeText(said.text(), []).slice(-400)}`);
  const waiting = inside.run({ argv: ["sh", "-c", waitScript, "koboshi-drill", socket ?? ""] }, { timeoutMs: 120_000 });
  return Promise.race([ended, waiting.then(({ code }) => (code === 0 ? null : safeText(said.text(), [])))]);
}
