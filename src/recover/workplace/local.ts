import os from "node:os";
import type { Clock } from "../../kernel/clock.ts";
import type { Command, Workplace } from "./workplace.ts";
import { startProcess, type OwnProcess } from "./process.ts";
import { runToEnd } from "./run.ts";
import { putSecretBy } from "./secret-file.ts";

/** What of our own surroundings a backup's programs may need: where things are, and the credentials of object storage. */
const passed =
  /^(?:TZ|TMPDIR|XDG_CACHE_HOME|XDG_RUNTIME_DIR|SSH_AUTH_SOCK|SSL_CERT_(?:FILE|DIR)|AWS_\w+|AZURE_\w+|B2_\w+|GOOGLE_\w+|OS_\w+|RCLONE_\w+|https?_proxy|no_proxy)$/;

export interface LocalWorkplace extends Workplace {
  start(command: Command): OwnProcess;
}

/** This machine. Programs get a search path, a home and what object storage needs, nothing else of ours. */
export function createLocalWorkplace({ clock, name = "localhost" }: { clock: Clock; name?: string }): LocalWorkplace {
  return {
    name,
    start,
    run: (command, options) => runToEnd(clock, start(command), options),
    putSecret: (text) => putSecretBy(start, text),
  };
}

function start({ argv, env = {}, cwd = "/" }: Command): OwnProcess {
  return startProcess({ argv, cwd, env: { ...ownVariables(), ...env } });
}

function ownVariables(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    passed.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    PATH: process.env["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: os.homedir(),
    LC_ALL: "C.UTF-8",
  };
}
