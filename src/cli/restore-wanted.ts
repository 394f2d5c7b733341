import fs from "node:fs";
import path from "node:path";
import { KoboshiError } from "../kernel/errors.ts";
import type { BackupDatabase } from "../kernel/model/backup.ts";
import type { RestoreAt, RestoreFrom, RestoreWanted } from "../kernel/ports-restore.ts";
import { Secret } from "../kernel/secret.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import { restoreWords } from "../words/recovery-restore.ts";
import type { Context } from "./command.ts";

export const restoreOptions = {
  at: { type: "string" },
  to: { type: "string" },
  folder: { type: "string" },
  only: { type: "string", multiple: true },
  from: { type: "string" },
  confirm: { type: "string" },
  despite: { type: "string" },
  repo: { type: "string" },
  "password-file": { type: "string" },
  list: { type: "boolean" },
  "db-user": { type: "string" },
  "db-password-file": { type: "string" },
  "db-host": { type: "string" },
  "db-port": { type: "string" },
} as const;

const maxSecretBytes = 65_536;

/** Where copies are read from, as the command line says. */
export function fromOf({ args, values, lang }: Context): RestoreFrom {
  const say = restoreWords(lang);
  const [plan = null] = args;
  const repo = text(values["repo"]);
  if (repo === null) {
    if (plan === null) throw new KoboshiError("KB1001", { what: say.needsPlan });
    return { kind: "plan", plan, place: text(values["from"]) };
  }
  const file = text(values["password-file"]);
  if (file === null) throw new KoboshiError("KB1001", { what: say.needsPassword });
  return { kind: "repo", repo, password: secretIn(file, say.passwordUnreadable(file)), plan };
}

/** What `--password-file` holds; null: it was not given. */
export function passwordOf({ values, lang }: Context): Secret | null {
  const file = text(values["password-file"]);
  return file === null ? null : secretIn(file, restoreWords(lang).passwordUnreadable(file));
}

/** @param timeZone of moments written without one */
export function wantedOf(context: Context, timeZone: string): RestoreWanted {
  const { values, lang, signal } = context;
  const say = restoreWords(lang);
  const target = text(values["to"]) ?? "localhost";
  if (target !== "localhost" && !/^host:./.test(target)) throw new KoboshiError("KB1001", { what: say.target(target) });
  const folder = text(values["folder"]) ?? (values["to"] === undefined ? path.resolve("koboshi-restored") : "/");
  const only = (Array.isArray(values["only"]) ? values["only"] : []).map(String);
  if (!folder.startsWith("/")) throw new KoboshiError("KB1001", { what: say.absolute("--folder", folder) });
  const relative = only.find((one) => !one.startsWith("/") && !one.startsWith("db:"));
  if (relative !== undefined) throw new KoboshiError("KB1001", { what: say.absolute("--only", relative) });
  const normal = folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
  return {
    from: fromOf(context),
    at: atOf(context, timeZone),
    target,
    folder: normal,
    only,
    databases: serversOf(context),
    despite: text(values["despite"]),
    signal,
  };
}

function atOf({ values }: Context, timeZone: string): RestoreAt {
  const written = text(values["at"]) ?? "latest";
  if (written === "latest") return { kind: "latest" };
  const atMs = readMoment(written, timeZone);
  if (atMs !== null) return { kind: "time", atMs };
  if (/^[0-9a-z]{4,26}$/i.test(written)) return { kind: "set", set: written };
  throw new KoboshiError("KB4102", { flag: "--at", written: written.slice(0, 60) });
}

/** One server of each make, all reached alike; null: as the plan says. */
function serversOf({ values, lang }: Context): readonly BackupDatabase[] | null {
  const names = ["db-user", "db-password-file", "db-host", "db-port"];
  if (text(values["repo"]) === null && names.every((name) => values[name] === undefined)) return null;
  const file = text(values["db-password-file"]);
  const password = file === null ? null : secretIn(file, restoreWords(lang).passwordUnreadable(file));
  const [user, host, port] = [text(values["db-user"]), text(values["db-host"]), text(values["db-port"])];
  return (["postgres", "mariadb", "sqlite"] as const).map((engine) => ({
    engine,
    name: "*",
    user,
    password,
    host,
    port: port === null ? null : Number(port),
  }));
}

function secretIn(file: string, refusal: string): Secret {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (cause) {
    throw new KoboshiError("KB8309", { what: refusal }, cause);
  }
  if (bytes.length > maxSecretBytes) throw new KoboshiError("KB8309", { what: refusal });
  // as restic reads it: what follows the last line's text is not part of it
  return new Secret(bytes.toString("utf8").replace(/[\r\n]+$/, ""), `file ${file}`);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The same command again, to be pasted into a shell; it needs no second yes. */
export function resumeCommand({ args, values }: Context): string {
  const names = ["config", ...Object.keys(restoreOptions)].filter((name) => name !== "list");
  const flags = names.flatMap((name) => {
    const value = values[name];
    const all = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return all.map((each) => `--${name}=${word(String(each))}`);
  });
  return ["koboshi backup restore", ...args.map(word), ...flags, "--yes"].join(" ");
}

function word(each: string): string {
  return /^[\w@%+=:,./-]+$/.test(each) ? each : `'${each.replaceAll("'", String.raw`'\''`)}'`;
}
