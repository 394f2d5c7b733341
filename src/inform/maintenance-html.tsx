import type { JSX } from "preact";
import type { Lang } from "../kernel/lang.ts";
import { StateMark } from "../render/parts.tsx";
import { maintenanceWords } from "../words/page-maintenance.ts";
import {
  maintenanceMark,
  maintenanceRemarks,
  maintenanceSpan,
  maintenanceTitle,
  maintenanceWord,
} from "./maintenance-text.ts";
import type { PageWindow } from "./maintenance.ts";
import type { PageModel } from "./page.ts";

const mostPlanned = 5;
const mostEnded = 3;

/** What is under way, what comes and what ended lately; nothing at all when there is none. */
export function Maintenance({ model, lang }: { model: PageModel; lang: Lang }): JSX.Element | null {
  if (model.maintenance.length === 0) return null;
  const say = maintenanceWords(lang);
  const planned = model.maintenance.filter(({ state }) => state === "planned");
  const ended = model.maintenance.filter(({ state }) => state === "ended" || state === "cancelled");
  const now = model.maintenance.filter(({ state }) => state === "running" || state === "checking");
  const more = planned.length - mostPlanned;
  return (
    <>
      <h2>{say.heading}</h2>
      <ul class="rows">
        {[...now, ...planned.slice(0, mostPlanned), ...ended.slice(0, mostEnded)].map((window) => (
          <Row key={window.id} window={window} zone={model.zone} lang={lang} />
        ))}
      </ul>
      {more > 0 ? <p class="mut">{say.more(more)}</p> : null}
    </>
  );
}

function Row({ window, zone, lang }: { window: PageWindow; zone: string; lang: Lang }): JSX.Element {
  return (
    <li>
      <h3>{maintenanceTitle(window, lang)}</h3>
      <StateMark state={maintenanceMark(window.state)} lang={lang} word={maintenanceWord(window.state, lang)} />
      <p>{maintenanceSpan(window, { zone, lang })}</p>
      {maintenanceRemarks(window, lang).map((remark) => (
        <p class="mut" key={remark}>
          {remark}
        </p>
      ))}
    </li>
  );
}
