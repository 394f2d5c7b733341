import type { JSX } from "preact";
import type { DrillSeen } from "../../kernel/model/recovery.ts";
import { StateMark } from "../../render/parts.tsx";
import { drillWords, partStateName } from "../../words/recovery-drill.ts";
import { checkText } from "../../words/recovery-drill-sample.ts";
import type { PageContext } from "../context.ts";

const partMark = { running: "ok", ended: "ok", failed: "down" } as const;
const outcomeMark = { up: "ok", degraded: "warning", down: "down", "not-asked": "unknown" } as const;
const shownBlocked = 3;

/** What came up of the restored system, what answered, and what was done away with. */
export function Seen({
  context: { lang },
  seen,
  folder,
}: {
  context: PageContext;
  seen: DrillSeen;
  folder: string;
}): JSX.Element {
  const say = drillWords(lang);
  const { started, checks, blocked, mails, wipe } = seen;
  const examples = blocked.slice(0, shownBlocked).map(({ address, port }) => `${address}:${port}`);
  return (
    <>
      <h2>{say.started}</h2>
      {started.length === 0 ? <p>{say.nothingStarted}</p> : null}
      <ul class="rows">
        {started.map(({ name, state, text }) => (
          <li key={name}>
            <span class="name">{name}</span>
            <StateMark state={partMark[state]} lang={lang} word={partStateName(state, lang)} />
            {text === "" ? null : <pre>{text}</pre>}
          </li>
        ))}
      </ul>
      {checks.length === 0 ? null : <h2>{say.checks}</h2>}
      <ul class="rows">
        {checks.map((check) => (
          <li key={`${check.name} ${check.target}`}>
            <span class="name">{check.name}</span>
            <StateMark state={outcomeMark[check.outcome]} lang={lang} word={checkText(check, lang)} />
            <p class="mut">{[check.target, ...(check.text === "" ? [] : [check.text])].join(" · ")}</p>
          </li>
        ))}
      </ul>
      <ul class="facts">
        {blocked.length === 0 ? null : <li>{say.blocked(blocked.length, examples.join(", "))}</li>}
        {mails === 0 ? null : <li>{say.mails(mails)}</li>}
        {wipe === null ? null : <li>{wipe.clean ? say.wiped(wipe.files) : say.notWiped(folder)}</li>}
      </ul>
    </>
  );
}
