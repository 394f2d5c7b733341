import { err, ok, type Result } from "../../kernel/result.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { collect } from "../workplace/run.ts";
import { quoteWord } from "../workplace/quote.ts";

export interface HostLock {
  /** the last run of the plan into this place came to its end; false: it did not, or nobody on this host knows */
  readonly lastEnded: boolean;
  /** @param hasEnded whether nothing is left behind in the repository that the next run would have to mend */
  release(hasEnded: boolean): Promise<void>;
}

export interface LockWanted {
  readonly plan: string;
  /** key of the place that is copied to */
  readonly place: string;
  /** what the next one reads: which set holds the lock, since when, for whom */
  readonly holder: string;
  /** left out: a folder of root's or the user's own below /run */
  readonly folder?: string | undefined;
}

/**
 * The kernel's lock on a file, held as long as the script's input is open: it is free again the moment whoever took it is
 * gone, killed included. A second file, one for each place, is empty only while the last run into that place has ended.
 */
function script({ plan, place, holder, folder }: LockWanted): string {
  const where =
    folder === undefined
      ? 'if [ "$(id -u)" = 0 ]; then d=/run/koboshi; else d="${XDG_RUNTIME_DIR:-/tmp}/koboshi-$(id -u)"; fi'
      : `d=${quoteWord(folder)}`;
  const name = `backup-${encodeURIComponent(plan)}`;
  return [
    "umask 077",
    where,
    'mkdir -p "$d" && [ -O "$d" ] || { echo "cannot use $d" >&2; exit 77; }',
    `f="$d"/${quoteWord(`${name}.lock`)}; u="$d"/${quoteWord(`${name}.${encodeURIComponent(place)}.under-way`)}`,
    'exec 9>>"$f" || exit 77',
    'flock -n 9 || { cat "$f"; exit 75; }',
    `printf '%s\\n' ${quoteWord(holder)} >"$f"`,
    'last=open; if [ -e "$u" ] && [ ! -s "$u" ]; then last=ended; fi',
    'cat "$f" >"$u" || exit 77',
    'echo "koboshi-held $last"',
    'read -r word && [ "$word" = ended ] && : >"$u"',
    "exit 0",
  ].join("\n");
}

const heldLine = /^koboshi-held (open|ended)\n/;

/** @returns who holds it, as that one wrote it; or what kept us from locking */
export async function lockHost(
  workplace: Workplace,
  wanted: LockWanted,
): Promise<Result<HostLock, { readonly held: boolean; readonly text: string }>> {
  const running = workplace.start({ argv: ["sh", "-c", script(wanted)] });
  const errors = collect(running.stderr, 4_096);
  let said = "";
  const held = await new Promise<boolean>((resolve) => {
    running.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (heldLine.test(said)) resolve(true);
    });
    running.stdout.once("close", () => resolve(false));
  });
  if (!held) {
    const { code } = await running.ended;
    return err({ held: code === 75, text: code === 75 ? said.trim() : `exit ${code}: ${errors.text().trim()}` });
  }
  return ok({
    lastEnded: heldLine.exec(said)?.[1] === "ended",
    async release(hasEnded) {
      running.stdin.end(hasEnded ? "ended\n" : "");
      await running.ended;
    },
  });
}
