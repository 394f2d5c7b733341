import type { JSX } from "preact";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { RepairRun } from "../../kernel/ports-prevent.ts";
import { StateMark } from "../../render/parts.tsx";
import { aftercareResultWord } from "../../words/aftercare.ts";
import { checkName, checkWords } from "../../words/window-checks.ts";
import { findingMark, findingSentence, isLeft, worstFindingsFirst } from "../../words/window-findings.ts";
import { momentText, windowWords } from "../../words/windows.ts";
import type { PageContext } from "../context.ts";
import { RepairBox } from "./repair.tsx";

export interface ChecksProps {
  readonly context: PageContext;
  readonly window: Window;
  readonly findings: readonly AftercareFinding[];
  /** newest first */
  readonly repairs: readonly RepairRun[];
  /** everything is being looked at anew now */
  readonly isChecking: boolean;
  /** the page to come back to */
  readonly back: string;
}

/** What was asked afterwards, host by host; what keeps the window from ending comes first. */
export function Checklist(props: ChecksProps): JSX.Element | null {
  const { context, window, findings, isChecking } = props;
  const say = windowWords(context.lang);
  if (window.state === "planned" || window.state === "cancelled") return null;
  const unasked = window.hosts.filter((host) => findings.every((finding) => finding.host !== host));
  const left = findings.filter(isLeft).length + (findings.length === 0 ? 0 : unasked.length);
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">{say.checklist}</h2>
      {isChecking ? <p role="status">{say.checking}</p> : null}
      {findings.length === 0 ? <p>{window.state === "closed" ? say.nothingToCheck : say.checklistNone}</p> : null}
      {findings.length === 0 ? null : (
        <p>
          <b>{left === 0 ? say.allPassed : say.remaining(left)}</b>
        </p>
      )}
      {window.state === "closed" ? null : <p class="mut">{say.checklistHow}</p>}
      {hostsOf(findings).map((host) => (
        <HostChecks key={host} {...props} host={host} />
      ))}
      {findings.length === 0 ? null : <NotAsked context={context} hosts={unasked} />}
    </section>
  );
}

/** What was not asked is not passed. */
function NotAsked({ context, hosts }: { context: PageContext; hosts: readonly string[] }): JSX.Element | null {
  const { lang } = context;
  if (hosts.length === 0) return null;
  return (
    <ul class="rows">
      {hosts.map((host) => (
        <li key={host}>
          <span class="name">{host}</span>
          <StateMark state="unknown" lang={lang} word={aftercareResultWord("unobserved", lang)} />
          <p>{windowWords(lang).notAsked}</p>
        </li>
      ))}
    </ul>
  );
}

/** Those with something left first, in the order in which they were found. */
function hostsOf(findings: readonly AftercareFinding[]): readonly string[] {
  return [...new Set(worstFindingsFirst(findings).map(({ host }) => host))];
}

function HostChecks({ host, ...props }: ChecksProps & { readonly host: string }): JSX.Element {
  const { context, findings, repairs, back } = props;
  const say = windowWords(context.lang);
  const mine = worstFindingsFirst(findings.filter((finding) => finding.host === host));
  const shown = mine.filter(({ result }) => result !== "pass");
  const passed = mine.filter(({ result }) => result === "pass");
  return (
    <>
      <h3>{host}</h3>
      {shown.length === 0 ? null : (
        <ul class="rows">
          {shown.map((finding) => (
            <FindingRow key={finding.check} context={context} finding={finding} />
          ))}
        </ul>
      )}
      {repairs
        .filter((run) => run.host === host)
        .map((run) => (
          <RepairBox key={run.id} context={context} run={run} back={back} />
        ))}
      {passed.length === 0 ? null : (
        <details open={shown.length === 0}>
          <summary>
            <StateMark state="ok" lang={context.lang} word={say.passedCount(passed.length)} />
          </summary>
          <ul class="rows">
            {passed.map((finding) => (
              <FindingRow key={finding.check} context={context} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** more than so many things are folded */
const mostItems = 5;

function FindingRow({ context, finding }: { context: PageContext; finding: AftercareFinding }): JSX.Element {
  const { lang, site } = context;
  const say = windowWords(lang);
  const place = { timeZone: site.timeZone, lang };
  const since =
    finding.comparedSince === null
      ? say.comparedWithNothing
      : say.comparedSince(momentText(finding.comparedSince.atMs, finding.at.atMs, place));
  const compared = checkWords(finding.check, lang)?.compared;
  const facts = [
    ...(compared === undefined ? [] : [say.compared(compared)]),
    since,
    ...(isLeft(finding) || finding.result === "pass" ? [] : [say.listedOnly]),
  ];
  return (
    <li>
      <span class="name">{checkName(finding.check, lang)}</span>
      <StateMark state={findingMark(finding)} lang={lang} word={aftercareResultWord(finding.result, lang)} />
      <p>{findingSentence(finding, place)}</p>
      {finding.items.length <= mostItems || finding.result === "pass" ? null : (
        <details>
          <summary>{finding.items.length}</summary>
          <ul>
            {finding.items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </details>
      )}
      <p class="mut">{facts.join(" · ")}</p>
    </li>
  );
}
