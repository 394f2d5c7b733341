import type { JSX } from "preact";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { BackupStatus, RecoveryProgress } from "../../kernel/ports-recovery.ts";
import { secondsOf } from "../../recover/index.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { backupWords, restoreStateName } from "../../words/backups.ts";
import { duration } from "../../words/format.ts";
import type { PageContext } from "../context.ts";

interface Props {
  readonly context: PageContext;
  readonly status: BackupStatus;
  progress(id: string): RecoveryProgress | null;
}

const shownBars = 12;
const barWidth = 20;
const height = 60;
export const restoreMark = { running: "unknown", done: "ok", failed: "down", interrupted: "warning" } as const;

/** How long it took each time, oldest first, against the target; and each of them in words. */
export function Restores({ context, status: { plan, restores } }: Props): JSX.Element {
  const say = backupWords(context.lang);
  const measured = restores
    .filter(({ state, scope }) => state === "done" && scope === "full")
    .slice(0, shownBars)
    .toReversed();
  return (
    <>
      <h2>{say.drills}</h2>
      {restores.length === 0 ? <p>{say.noDrills}</p> : null}
      {measured.length < 2 ? null : <Trend context={context} runs={measured} limitMs={plan.backWithinMs} />}
      <ul class="rows">
        {restores.map((run) => (
          <Row key={run.id} context={context} run={run} />
        ))}
      </ul>
    </>
  );
}

function Trend({
  context,
  runs,
  limitMs,
}: {
  context: PageContext;
  runs: readonly RestoreRun[];
  limitMs: number | null;
}): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  const times = runs.map((run) => (secondsOf(run) ?? 0) * 1_000);
  const top = Math.max(...times, limitMs ?? 0, 1);
  const label = say.drillTrend(times.map((ms) => duration(ms, lang)).join(" → "));
  const limitY = limitMs === null ? null : height - (limitMs / top) * height;
  return (
    <figure class="chart small">
      <svg
        viewBox={`0 0 ${shownBars * barWidth} ${height + 2}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {times.map((ms, index) => {
          const tall = Math.max(1, (ms / top) * height);
          const over = limitMs !== null && ms > limitMs;
          return (
            <rect
              key={runs[index]?.id}
              x={index * barWidth + 2}
              y={Math.round((height - tall) * 10) / 10}
              width={barWidth - 4}
              height={Math.round(tall * 10) / 10}
              class={over ? "f-down" : "f-ok"}
            />
          );
        })}
        {limitY === null ? null : <path class="line l1" d={`M0 ${limitY.toFixed(1)}H${shownBars * barWidth}`} />}
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}

function Row({ context, run }: { context: PageContext; run: RestoreRun }): JSX.Element {
  const { lang, site } = context;
  const say = backupWords(lang);
  const seconds = secondsOf(run);
  const facts = [
    run.kind === "drill" ? say.drill : say.restore,
    ...(run.scope === "full" ? [] : [say.sampled]),
    say.from(run.place, run.set),
    say.to(run.target, run.folder),
    ...(run.lostSeconds === null ? [] : [say.lost(duration(run.lostSeconds * 1_000, lang))]),
  ];
  return (
    <li>
      <a class="name" href={`/restores/${encodeURIComponent(run.id)}`}>
        <Time atMs={run.startedAt.atMs} zone={site.timeZone} lang={lang} />
      </a>
      <StateMark state={restoreMark[run.state]} lang={lang} word={restoreStateName(run.state, lang)} />
      <p>{seconds === null ? say.none : duration(seconds * 1_000, lang)}</p>
      <p class="mut">{facts.join(" · ")}</p>
    </li>
  );
}
