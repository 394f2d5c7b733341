import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** A table of this machine's cron. */
export interface OwnCrontab {
  readonly file: string;
  readonly text: string;
  /** its lines name the user they run as */
  readonly isSystem: boolean;
}

const spools = ["var/spool/cron/crontabs", "var/spool/cron", "var/spool/cron/tabs"];
/** Shows one's own table, also where its folder is not for everyone to read. */
const showOwn = { program: "crontab", words: ["-l"] };
const longestBytes = 1_000_000;
/** Cron itself passes over the others in its folder: source run-parts(8). */
const readName = /^[\w-]+$/;

/**
 * The tables that cron on this machine reads and whoever asks may read: the system's, and the users' or else one's own.
 * @param root where the machine's files begin
 */
export function ownCrontabs(root = "/"): readonly OwnCrontab[] {
  const system = ["etc/crontab", ...filesIn(path.join(root, "etc/cron.d")).map((name) => `etc/cron.d/${name}`)];
  const users = spools.flatMap((spool) => filesIn(path.join(root, spool)).map((name) => `${spool}/${name}`));
  return [
    ...system.flatMap((file) => tableOf(path.join(root, file), true)),
    ...users.flatMap((file) => tableOf(path.join(root, file), false)),
    ...(users.length > 0 || root !== "/" ? [] : listed()),
  ];
}

function filesIn(folder: string): readonly string[] {
  try {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && readName.test(entry.name)).map(({ name }) => name);
  } catch {
    return []; // there is no such folder, or it is not for us to read
  }
}

function tableOf(file: string, isSystem: boolean): readonly OwnCrontab[] {
  try {
    return fs.statSync(file).size > longestBytes ? [] : [{ file, text: fs.readFileSync(file, "utf8"), isSystem }];
  } catch {
    return []; // there is none, or it is not for us to read
  }
}

/** One's own table, as cron's own command shows it. */
function listed(): readonly OwnCrontab[] {
  try {
    const text = execFileSync(showOwn.program, showOwn.words, {
      encoding: "utf8",
      timeout: 5_000,
      maxBuffer: longestBytes,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return [{ file: [showOwn.program, ...showOwn.words].join(" "), text, isSystem: false }];
  } catch {
    return []; // no table of one's own, or no cron
  }
}
