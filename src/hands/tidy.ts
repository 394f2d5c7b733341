import { errorText } from "../kernel/errors.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { isUnasked, keptDays, runName } from "./claims.ts";
import type { HandsDeps } from "./deps.ts";
import type { Reach } from "./reach.ts";
import { readStepAnswer } from "./step-answer.ts";

/**
 * Clears a machine that was just worked on of what it keeps of old repairs. Kept are those that may still be asked about, and
 * those with a step whose end is not on record there. What fails is left for the next time: nothing depends on it.
 */
export async function tidyMachine(deps: HandsDeps, host: string, reach: Reach): Promise<void> {
  try {
    const open = await deps.ledger.read.repairsIn({ host, states: ["approved", "running", "unknown"] });
    const nowMs = deps.clock.nowMs();
    const asked = open.filter(({ run }) => run.state !== "unknown" || isUnasked(run, nowMs));
    const keep = asked.map(({ run }) => runName(run));
    const said = await reach.hand(tidyScript({ folder: deps.stepsFolder, keep }));
    if (!said.ok || readStepAnswer(said.value) === null) deps.log.debug("old steps not cleared", { host });
  } catch (thrown) {
    deps.log.warn("old steps not cleared", { host, error: errorText(thrown) });
  }
}

/** Only folders of our own form are touched, and none that is a link. */
function tidyScript({ folder, keep }: { readonly folder: string; readonly keep: readonly string[] }): string {
  return `{
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH; unset ENV CDPATH
base=${shellWord(folder)}; keep=${shellWord(` ${keep.join(" ")} `)}
ended() { for step in "$1"/*/; do [ ! -d "$step" ] || [ -f "$step/rc" ] || return 1; done; }
if [ ! -L "$base" ] && cd "$base" 2>/dev/null; then
  for run in $(find . -mindepth 1 -maxdepth 1 -type d -mtime +${keptDays} -name '[1-9]*-[0-9]*-*' 2>/dev/null); do
    run=\${run#./}
    case $run in *[!0-9a-f-]*) continue;; esac
    case $keep in *" $run "*) continue;; esac
    ended "$run" && rm -rf -- "$run"
  done
fi
printf '\\n@@koboshi-step none - -\\n\\n@@koboshi-end\\n'
exit; }
`;
}
