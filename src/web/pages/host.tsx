import type { JSX } from "preact";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { Glyph, StateMark, Time } from "../../render/parts.tsx";
import { findingText } from "../../words/host-findings.ts";
import { silenceFix, silenceText } from "../../words/host-silence.ts";
import { hostWords } from "../../words/hosts.ts";
import { stateName } from "../../words/states.ts";
import { timelineText } from "../../words/timeline.ts";
import { age, who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { HostCharts, type HostPast } from "./host-charts.tsx";
import { HostDetails } from "./host-details.tsx";
import { BoardSentence, HostHardware } from "./host-hardware.tsx";
import { HostHowTo } from "./host-how-to.tsx";
import { hostPath } from "./hosts.tsx";
import { Part } from "./service.tsx";

export interface HostView {
  readonly host: HostStatus;
  /** null: nothing is asked about it */
  readonly hardware: HardwareStatus | null;
  readonly past: HostPast;
  /** newest first */
  readonly events: readonly LedgerEvent[];
}

/** One machine: what stands out, its last 24 hours, and everything the newest look found. */
export function hostPage(context: PageContext, view: HostView): Page {
  const { host } = view;
  return {
    title: host.key,
    here: "hosts",
    mark: host.state,
    wide: true,
    body: <HostRoom context={context} view={view} />,
  };
}

interface Props {
  readonly context: PageContext;
  readonly host: HostStatus;
}

function HostRoom({ context, view }: { context: PageContext; view: HostView }): JSX.Element {
  const say = hostWords(context.lang);
  const { host, hardware, past, events } = view;
  const { reading, silence } = host;
  return (
    <>
      <Verdict context={context} host={host} />
      <BoardSentence context={context} host={host} hardware={hardware} />
      {host.hostKey.seen === null ? null : <KeyBox context={context} host={host} />}
      <Actions context={context} host={host} />
      <Findings context={context} host={host} />
      <HostHardware context={context} hardware={hardware} />
      {silence?.reason === "not-set-up" ? <HostHowTo context={context} host={host.key} /> : null}
      <Part id="past" title={say.past}>
        <HostCharts context={context} past={past} />
      </Part>
      {reading === null ? null : (
        <div class={silence === null ? "" : "old"}>
          {silence === null ? null : <p>{say.lastReading}</p>}
          <HostDetails context={context} reading={reading} />
        </div>
      )}
      {host.hostKey.pinned === null ? null : <PinnedKey context={context} host={host} />}
      <Part id="events" title={say.events}>
        {events.length === 0 ? <p>{say.noEvents}</p> : null}
        <ol class="tl">
          {events.map((event) => (
            <li key={event.seq}>
              <Time atMs={event.at.atMs} zone={context.site.timeZone} lang={context.lang} />
              {timelineText(event, context.site, context.lang)}
            </li>
          ))}
        </ol>
      </Part>
    </>
  );
}

function Verdict({ context, host }: Props): JSX.Element {
  const { lang } = context;
  const say = hostWords(lang);
  const { silence, readAt } = host;
  const facts = [
    ...(host.at === null ? [] : [host.at]),
    host.address,
    ...(host.by === null ? [] : [host.by === "ssh" ? say.sourceSsh : say.sourceAgent]),
    readAt === null ? say.neverSeen : `${say.seen} ${say.ago(age(context, readAt))}`,
  ];
  return (
    <section class={`v s-${host.state}`} aria-labelledby="verdict">
      <h1 id="verdict">
        <Glyph state={host.state} /> {host.key}: {stateName(host.state, lang)}
      </h1>
      {silence === null ? null : (
        <>
          <p>
            {say.because(silenceText(silence.reason, lang))} ({say.since(age(context, silence.since))})
          </p>
          <p>{say.todo(silenceFix(silence.reason, lang))}</p>
          {silence.text === "" ? null : (
            <p>
              <code>{silence.text}</code>
            </p>
          )}
        </>
      )}
      <p>{facts.join(" · ")}</p>
      {host.oldAlgorithms ? <p>{say.oldAlgorithms}</p> : null}
    </section>
  );
}

/** The one thing only a person can decide: whether the key that was shown is the machine's own. */
function KeyBox({ context, host }: Props): JSX.Element {
  const say = hostWords(context.lang);
  const { pinned, pinnedBy, seen } = host.hostKey;
  return (
    <section class="card" aria-labelledby="key">
      <h2 id="key">{say.keyTitle}</h2>
      <p>
        <code>{say.keySeen(seen ?? "")}</code>
      </p>
      {pinned === null ? (
        <p>{say.keyAsk}</p>
      ) : (
        <>
          <p>
            <code>{say.keyPinned(pinned)}</code>
          </p>
          <p>{say.keyChangedAsk}</p>
        </>
      )}
      <p>{say.keyCompare}</p>
      <pre>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</pre>
      {context.viewer === null || pinnedBy === "file" ? null : (
        <VerbForm context={context} action={`${hostPath(host.key)}/confirm-key`} back="/hosts">
          <input type="hidden" name="fingerprint" value={seen ?? ""} />
          <button class="pri">{say.confirmKey}</button>
        </VerbForm>
      )}
      <p class="mut">
        {say.orCommand}: <code>{`koboshi host confirm ${host.key} --fingerprint ${seen ?? ""}`}</code>
      </p>
    </section>
  );
}

function PinnedKey({ context, host: { hostKey } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  const by = hostKey.pinnedBy;
  return (
    <Part id="pinned" title={say.keyTitle}>
      <p>
        <code>{hostKey.pinned}</code>{" "}
        {by === null ? null : by === "file" ? say.keyPinnedFile : say.keyPinnedBy(who(context, by))}
      </p>
    </Part>
  );
}

function Actions({ context, host }: Props): JSX.Element {
  const say = hostWords(context.lang);
  return (
    <>
      <div class="act">
        {context.viewer === null || host.by !== "ssh" ? null : (
          <VerbForm context={context} action={`${hostPath(host.key)}/look`} back="/hosts">
            <button>{say.lookNow}</button>
          </VerbForm>
        )}
        {context.viewer !== null || host.by !== "ssh" ? null : (
          <a class="btn" href={`/login?next=${encodeURIComponent("/")}`}>
            {say.signInFirst}
          </a>
        )}
        {host.reading === null ? null : (
          <a class="btn" href={`${hostPath(host.key)}/pack`}>
            {say.pack}
          </a>
        )}
      </div>
      {host.reading === null ? null : <p class="mut">{say.packHow}</p>}
    </>
  );
}

function Findings({ context, host }: Props): JSX.Element | null {
  const { lang, site } = context;
  const say = hostWords(lang);
  if (host.reading === null) return null;
  const timeZone = host.reading.clock?.zone ?? site.timeZone;
  return (
    <Part id="findings" title={say.findings}>
      {host.findings.length === 0 && host.silence === null ? (
        <p>
          <StateMark state="ok" lang={lang} word={say.allRight} />
        </p>
      ) : null}
      <ul class="rows">
        {host.findings.map((finding) => {
          const { sentence, next } = findingText(finding, { lang, timeZone });
          const state = finding.severity === "critical" ? "down" : "warning";
          return (
            <li key={`${finding.kind} ${finding.item}`}>
              <span>
                <StateMark state={state} lang={lang} /> {sentence}
              </span>
              {next === "" ? null : <p class="mut">{next}</p>}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
