import { safeText } from "../../clients/safe-text.ts";
import type { DrillSeen } from "../../kernel/model/recovery.ts";
import { collect } from "../workplace/run.ts";
import type { Command, Workplace } from "../workplace/workplace.ts";
import { assignment, expanded, readUnit, type ServiceUnit, type UnitCommand } from "./units.ts";

export type Part = DrillSeen["started"][number];

/** The restored application, as far as it was started. It ends with its room. */
export interface Application {
  /** as they are now */
  parts(): readonly Part[];
}

const maxSaid = 16_384;
const shownChars = 600;
const startLimitMs = 120_000;

/** Starts units and commands one after the other, each as the user and in the folder its unit names. */
export async function startApplication(system: Workplace, names: readonly string[]): Promise<Application> {
  const units = await readUnits(
    system,
    names.filter((name) => isUnit(name)),
  );
  const parts: (() => Part)[] = [];
  for (const name of names) {
    const unit = isUnit(name) ? (units.get(name) ?? null) : commandUnit(name);
    if (unit === null || unit.start.length === 0) {
      parts.push(() => ({ name, state: "failed", text: `${name}: not found` }));
      continue;
    }
    parts.push(await startUnit(system, unit));
  }
  return { parts: () => parts.map((part) => part()) };
}

function isUnit(name: string): boolean {
  return /^[A-Za-z0-9:_.@\\-]+\.service$/.test(name);
}

function commandUnit(command: string): ServiceUnit {
  const start = [{ argv: ["sh", "-c", command], mayFail: false }];
  const bare = { user: null, group: null, folder: null, env: {}, envFiles: [], folders: [], before: [] };
  return { name: command, type: "simple", ...bare, start };
}

/** Each with its drop-ins, in systemd's own order of folders. */
const unitScript = String.raw`for n in "$@"; do
  t=$(printf %s "$n" | sed 's/@.*\.service$/@.service/')
  for d in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /lib/systemd/system /usr/lib/systemd/system; do
    for f in "$d/$n" "$d/$t"; do
      [ -f "$f" ] || continue
      printf '%s ' "$n"
      { cat "$f"; for i in "$t" "$n"; do for c in /usr/lib/systemd/system/"$i".d/*.conf /etc/systemd/system/"$i".d/*.conf; do
        [ -f "$c" ] && { echo; cat "$c"; }; done; done; } | head -c 100000 | base64 -w0
      echo
      break 2
    done
  done
done`;

/** Units as a machine has them, each with what is added to it. Those it has not are left out. */
export async function readUnits(
  system: Workplace,
  names: readonly string[],
): Promise<ReadonlyMap<string, ServiceUnit>> {
  if (names.length === 0) return new Map();
  const answer = await system.run({ argv: ["sh", "-c", unitScript, "koboshi-drill", ...names] }, { timeoutMs: 60_000 });
  return new Map(
    answer.stdout.split("\n").flatMap((line) => {
      const [name = "", base64 = ""] = line.split(" ");
      return name === "" ? [] : [[name, readUnit(name, Buffer.from(base64, "base64").toString("utf8"))] as const];
    }),
  );
}

async function startUnit(system: Workplace, unit: ServiceUnit): Promise<() => Part> {
  const { name, type, before, start } = unit;
  const failed = (text: string) => (): Part => ({ name, state: "failed", text: shown(text) });
  const env = await environmentOf(system, unit);
  if (env === null) return failed("EnvironmentFile");
  await makeFolders(system, unit);
  const stays = type !== "oneshot" && type !== "forking";
  for (const command of stays ? before : [...before, ...start]) {
    const text = await runToEnd(system, ready(unit, command, { env, wrapper: toItsEnd }));
    if (text !== null && !command.mayFail) return failed(text);
  }
  const [main] = start;
  if (!stays || main === undefined) return () => ({ name, state: "ended", text: "" });
  const running = system.start(ready(unit, main, { env, wrapper: staying }));
  running.stdin.end();
  const [out, error] = [collect(running.stdout, maxSaid), collect(running.stderr, maxSaid)];
  const end: { code: number | null; isOver: boolean } = { code: null, isOver: false };
  void running.ended.then(({ code }) => Object.assign(end, { code, isOver: true }));
  return () => {
    if (!end.isOver) return { name, state: "running", text: "" };
    if (end.code === 0 || main.mayFail) return { name, state: "ended", text: "" };
    return { name, state: "failed", text: shown(`exit ${end.code ?? "—"}: ${error.text()}\n${out.text()}`) };
  };
}

function shown(text: string): string {
  return safeText(text, []).slice(0, shownChars);
}

/** 200 is what systemd ends with when it cannot enter the folder. */
const enter =
  'h=$(getent passwd "$(id -u)" | cut -d: -f6); HOME=${h:-/}; export HOME; cd -- "$1" || exit 200; shift; exec';
const staying = `${enter} "$@"`;
/** A daemon keeps what it was given open: nobody shall wait for that. */
const toItsEnd = `${enter.replace(/exec$/, "")} f=$(mktemp /tmp/koboshi-drill.XXXXXX); "$@" >"$f" 2>&1 </dev/null; c=$?; tail -c 4000 "$f"; exit $c`;

function ready(
  { user, group, folder }: ServiceUnit,
  { argv }: UnitCommand,
  { env, wrapper }: { readonly env: Readonly<Record<string, string>>; readonly wrapper: string },
): Command {
  const as =
    user === null || user === "root"
      ? []
      : ["setpriv", `--reuid=${user}`, group === null ? `--regid=${user}` : `--regid=${group}`, "--init-groups", "--"];
  const words = ["sh", "-c", wrapper, "koboshi-drill", folder ?? "/", ...expanded(argv, env)];
  return { argv: [...as, ...words], env };
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** @returns null when a file that must be there is not */
async function environmentOf(
  system: Workplace,
  { env, envFiles, user }: ServiceUnit,
): Promise<Readonly<Record<string, string>> | null> {
  const found: Record<string, string> = { PATH: searchPath, USER: user ?? "root", LOGNAME: user ?? "root", ...env };
  for (const { path, mayBeMissing } of envFiles) {
    const file = await system.run({ argv: ["cat", "--", path] });
    if (file.code !== 0 && !mayBeMissing) return null;
    for (const line of file.stdout.split("\n")) {
      if (/^\s*[#;]/.test(line)) continue;
      for (const [name, value] of assignment(line.trim())) found[name] = value.replace(/^(["'])(.*)\1$/s, "$2");
    }
  }
  return found;
}

async function makeFolders(system: Workplace, { folders, user, group }: ServiceUnit): Promise<void> {
  if (folders.length === 0) return;
  const script = 'o=$1; shift; mkdir -p -- "$@" && chown -- "$o" "$@"';
  await system.run({ argv: ["sh", "-c", script, "koboshi-drill", `${user ?? "root"}:${group ?? ""}`, ...folders] });
}

/** @returns what it said when it failed; null: it did not */
async function runToEnd(system: Workplace, command: Command): Promise<string | null> {
  const answer = await system.run(command, { timeoutMs: startLimitMs });
  return answer.code === 0 ? null : `exit ${answer.code ?? "—"}: ${answer.stderr}\n${answer.stdout}`;
}
