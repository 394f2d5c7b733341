import { shellWord } from "../kernel/shell-word.ts";

/** What a machine is told about one step. */
export interface StepOrder {
  /** where claims lie on the machine, absolute */
  readonly folder: string;
  /** the repair's name there: never used for another one */
  readonly run: string;
  readonly step: string;
  /** for a POSIX shell; it gets no input */
  readonly command: string;
  readonly timeoutMs: number;
  /** the start of the machine in which the earlier steps ran; null: this is the first one */
  readonly bootId: string | null;
}

/** As many bytes of a step's output as a machine keeps. */
const outputBytes = 1_000_000;
const pieceBytes = 500;

/** Takes a script on its standard input and runs it as root. Nothing of a step is ever seen in a list of processes. */
export const rootShell = `sh -c 'if [ "$(id -u)" = 0 ]; then exec sh -s; else exec sudo -n sh -s; fi'`;

/** Begins the step unless it was begun before, and says how it stands. */
export function claimScript(order: StepOrder): string {
  return script(order, claiming);
}

/** Says how the step stands; begins nothing. */
export function askScript(order: StepOrder): string {
  return script(order, 'look; [ -d "$dir" ] || plain none; plain unknown');
}

/** One compound command: a connection that is cut while it is sent leaves a shell that runs none of it. */
function script({ folder, run, step, command, timeoutMs, bootId }: StepOrder, body: string): string {
  const values: Readonly<Record<string, string>> = {
    base: folder,
    run,
    step,
    want: bootId ?? "",
    limit: String(Math.max(1, Math.ceil(timeoutMs / 1_000))),
    text: command,
    child: childScript,
  };
  const settings = Object.entries(values).map(([name, value]) => `${name}=${shellWord(value)}`);
  return ["{", ...settings, shared, body, "exit; }", ""].join("\n");
}

/** The time of a process's start is its own: a number that was given away again is not taken for it. */
const startedAt = `started() { stat=; read -r stat < "/proc/$1/stat"; stat=\${stat##*) }; set -- $stat; echo "\${20}"; }`;

/**
 * `plain` ends the answer at once. A step that was claimed and has no number yet is waited for while the shell that claimed it
 * lives, and a second longer; one that is neither alive nor ended may have done anything.
 */
const shared = `
umask 077; LC_ALL=C; LANG=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL LANG PATH; unset ENV CDPATH
trap '' HUP PIPE
dir=$base/$run/$step; boot=; read -r boot < /proc/sys/kernel/random/boot_id
plain() { printf '\\n@@koboshi-step %s - %s\\n\\n@@koboshi-end\\n' "$1" "$boot"; exit 0; }
${startedAt}
ended() { [ -f "$dir/rc" ] && read -r code < "$dir/rc" || return 0
  printf '\\n@@koboshi-step done %s %s\\n' "$code" "$boot"; head -c ${outputBytes} "$dir/out" 2>/dev/null; printf '\\n@@koboshi-end\\n'; exit 0; }
alive() { [ -f "$1" ] && read -r pid born since < "$1" && [ "$born" = "$boot" ] && [ "$(started "$pid" 2>/dev/null)" = "$since" ]; }
look() { ended; [ -d "$dir" ] || return 0
  i=0; while [ ! -f "$dir/pid" ] && [ $i -lt 50 ]; do sleep 0.2 2>/dev/null || sleep 1; alive "$dir/by" && i=$((i+1)) || i=$((i+10)); done
  alive "$dir/pid" && plain running
  ended; }
`;

/** `mkdir` is the claim: of two who try, one succeeds, and what it holds is on the disk before anything is run. */
const claiming = `
for tool in setsid mkfifo dd; do command -v $tool >/dev/null 2>&1 || plain no-tools; done
look; [ -d "$dir" ] && plain unknown
[ -z "$want" ] || [ "$want" = "$boot" ] || plain rebooted
mkdir -p "$base/$run" 2>/dev/null && [ ! -L "$base" ] && [ ! -L "$base/$run" ] || plain no-folder
new=$base/$run/.$step.$$
printf '%s\\n' "$text" > "$new" 2>/dev/null || { rm -f "$new"; plain no-folder; }
if mkdir "$dir" 2>/dev/null; then
  echo "$$ $boot $(started $$)" > "$dir/by"
  mv "$new" "$dir/script" && mkfifo "$dir/pipe" || plain unknown
  sync "$dir/script" "$dir" "$base/$run" >/dev/null 2>&1
  ( trap - HUP PIPE; exec setsid sh -c "$child" koboshi-step "$dir" "$limit" "$boot" ) >/dev/null 2>&1 </dev/null &
  plain started
fi
rm -f "$new"; [ -d "$dir" ] || plain no-folder
look; plain unknown
`;

/**
 * What outlives the connection. The output goes through a pipe whose reader stays: a service that was started keeps its end
 * and must not die of writing. The code is there only when the step has ended.
 */
const childScript = `
dir=$1; limit=$2; cd /
${startedAt}
echo "$$ $3 $(started $$)" > "$dir/pid.tmp"; mv "$dir/pid.tmp" "$dir/pid"
{ dd bs=${pieceBytes} count=${outputBytes / pieceBytes} of="$dir/out" 2>/dev/null; cat >/dev/null; : > "$dir/whole"; } < "$dir/pipe" &
if timeout -k 5 5 true 2>/dev/null; then timeout -k 5 "$limit" sh "$dir/script" > "$dir/pipe" 2>&1 </dev/null; code=$?
else
  sh "$dir/script" > "$dir/pipe" 2>&1 </dev/null & run=$!
  { i=0; while [ $i -lt "$limit" ]; do sleep 1; i=$((i+1)); done; kill $run; sleep 5; kill -9 $run; } & watch=$!
  wait $run; code=$?; kill $watch
fi
i=0; while [ ! -f "$dir/whole" ] && [ $i -lt 20 ]; do sleep 0.1 || { sleep 1; i=$((i+9)); }; i=$((i+1)); done
echo $code > "$dir/rc.tmp"; sync "$dir/rc.tmp" "$dir/out"; mv "$dir/rc.tmp" "$dir/rc"
`;
