import type { Clock } from "../../kernel/clock.ts";
import type { Workplace } from "../workplace/workplace.ts";

/** What was done away with at the end. */
export interface Wipe {
  readonly atMs: number;
  readonly files: number;
  readonly bytes: number;
  /** nothing of the room is left: no folder, mount or process */
  readonly clean: boolean;
}

const longMs = 3_600_000;

const script = String.raw`S=$1
files=$(find "$S/root" -xdev -type f 2>/dev/null | wc -l)
bytes=$(du -sxk "$S" 2>/dev/null | cut -f1)
rm -rf --one-file-system -- "$S"
left=0
[ -e "$S" ] && left=1
grep -q " $S" /proc/self/mountinfo && left=1
for d in /proc/[0-9]*; do case "$(readlink "$d/cwd" 2>/dev/null) $(readlink "$d/root" 2>/dev/null)" in *"$S"*) left=1;; esac; done
[ -n "$bytes" ] || bytes=0
echo "$files $bytes $left"
`;

/** Removes a room's folder and looks whether anything of it is left on the machine. */
export async function wipeFolder(on: Workplace, scratch: string, clock: Clock): Promise<Wipe> {
  const answer = await on.run({ argv: ["sh", "-c", script, "koboshi-drill", scratch] }, { timeoutMs: longMs });
  const [files = 0, kilobytes = 0, left = 1] = answer.stdout.trim().split(" ").map(Number);
  return { atMs: clock.nowMs(), files, bytes: kilobytes * 1024, clean: answer.code === 0 && left === 0 };
}

/** Only a folder a drill has claimed goes; a name is all that another one needs to be left alone. */
const sweepScript = String.raw`F=$1; shift
for S in "$F"/koboshi-drill-*; do
  [ -f "$S/claim" ] || continue
  [ "$S" = "$F/koboshi-drill-$(cat "$S/claim")" ] || continue
  used=0
  for d in /proc/[0-9]*; do case "$(tr '\0' ' ' 2>/dev/null < "$d/cmdline")" in *"$S"*) used=1;; esac; done
  [ $used = 0 ] && rm -rf --one-file-system -- "$S" && echo "$S"
done
exit 0
`;

/** Takes away what a drill left whose machine went down with it. @returns the folders */
export async function sweepFolder(on: Workplace, folder: string): Promise<readonly string[]> {
  const answer = await on.run({ argv: ["sh", "-c", sweepScript, "koboshi-drill", folder] }, { timeoutMs: longMs });
  return answer.stdout.split("\n").filter((line) => line !== "");
}
