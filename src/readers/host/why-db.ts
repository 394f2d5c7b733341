import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { maskSecrets } from "./mask.ts";
import { figure } from "./why-samples.ts";

const unseen = {
  version: null,
  connections: null,
  longestQueryMs: null,
  lockWaits: null,
  idleInTransaction: null,
  isReadOnly: null,
} as const;

/** What a database says when it does not let us look; the first that fits counts. */
const refusals: readonly (readonly [HostDatabase["state"], RegExp])[] = [
  ["full", /too many (?:clients|connections)|remaining connection slots|has exceeded the .*max_user_connections/i],
  ["starting", /is starting up|in recovery mode|not yet accepting|shutting down/i],
  [
    "denied",
    /authentication failed|access denied|no password supplied|no pg_hba\.conf entry|does not exist|permission denied/i,
  ],
  ["refused", /connection refused|no such file|can't connect|could not connect|is the server running/i],
  ["timeout", /timeout|lost connection|rc (?:124|137)\b/i],
];

/** The section `db`: one for each PostgreSQL socket, and MySQL or MariaDB. */
export function databasesOf(lines: readonly string[]): readonly HostDatabase[] {
  const postgres = new Map<string, string[]>();
  for (const row of tagged(lines, "pg")) {
    const [, port = "", said = ""] = /^(\d+) (.*)$/.exec(row) ?? [];
    if (port !== "") postgres.set(port, [...(postgres.get(port) ?? []), said]);
  }
  const mysql = tagged(lines, "my");
  return [
    ...[...postgres].map(([port, said]) => postgresOf(Number(port), said)),
    ...(mysql.length === 0 ? [] : [mysqlOf(mysql)]),
  ];
}

/** `row 15.8 7 100 12.5 2 1 f off`: version, connections, most, longest query, waits, idle, recovery, read-only. */
function postgresOf(port: number, said: readonly string[]): HostDatabase {
  const row = said.find((line) => line.startsWith("row "))?.split(" ");
  if (row === undefined) return { kind: "postgres", port, ...unseen, ...refusalIn(said) };
  // the version may hold blanks (`15.8 (Debian …)`): what follows is counted from the end
  const [used, most, longest, waits, idle, recovery, readOnly] = row.slice(-7);
  const longestSeconds = figure(longest);
  return {
    kind: "postgres",
    port,
    state: "up",
    said: "",
    version: row.slice(1, -7).join(" "),
    connections: { used: figure(used) ?? 0, limit: figure(most) },
    longestQueryMs: longestSeconds === null ? null : Math.round(longestSeconds * 1_000),
    lockWaits: figure(waits),
    idleInTransaction: figure(idle),
    isReadOnly: recovery === "t" || readOnly === "on",
  };
}

/** Two columns, a tab between, and what went wrong in lines of their own. */
function mysqlOf(said: readonly string[]): HostDatabase {
  const facts = new Map(
    said.flatMap((line) => {
      const [name = "", value = ""] = line.split("\t");
      return value === "" ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
  const version = facts.get("version") ?? null;
  if (version === null) return { kind: "mysql", port: null, ...unseen, ...refusalIn(said) };
  const longestSeconds = figure(facts.get("longest"));
  const used = figure(facts.get("threads_connected"));
  const readOnly = [facts.get("read_only"), facts.get("super_read_only")].filter((one) => one !== undefined);
  return {
    kind: "mysql",
    port: null,
    state: "up",
    said: "",
    version,
    connections: used === null ? null : { used, limit: figure(facts.get("max_connections")) },
    longestQueryMs: longestSeconds === null ? null : longestSeconds * 1_000,
    lockWaits: figure(facts.get("waiting")),
    idleInTransaction: null,
    isReadOnly: readOnly.length === 0 ? null : readOnly.some((one) => /^(?:on|1|yes)/i.test(one)),
  };
}

function refusalIn(said: readonly string[]): Pick<HostDatabase, "state" | "said"> {
  const text = said.join(" ");
  const state = refusals.find(([, form]) => form.test(text))?.[0] ?? "unclear";
  return { state, said: maskSecrets(text.replace(/ ?rc \d+$/, "")).slice(0, 300) };
}
