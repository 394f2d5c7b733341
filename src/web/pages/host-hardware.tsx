import type { JSX } from "preact";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { StateMark } from "../../render/parts.tsx";
import { healthName, sourceStateName } from "../../words/hardware.ts";
import { hostHardwareWords } from "../../words/host-hardware.ts";
import { age, type PageContext } from "../context.ts";
import { boardOfSilent } from "../silent-system.ts";
import { Facts } from "./hardware.tsx";
import { Part } from "./service.tsx";

/** Whether the machine lives while its system is silent: the first thing to know of it then. */
export function BoardSentence({
  context,
  host,
  hardware,
}: {
  context: PageContext;
  host: HostStatus;
  hardware: HardwareStatus | null;
}): JSX.Element | null {
  const say = hostHardwareWords(context.lang);
  const said = boardOfSilent(host, hardware);
  if (said === null) return null;
  const text = said.word === "boardSilent" ? say.boardSilent : say[said.word](say.age(age(context, said.answeredAt)));
  return (
    <div class="notice s-warning">
      <p>{text}</p>
    </div>
  );
}

/** The hardware in a few figures; all of it is a page of its own. */
export function HostHardware({
  context,
  hardware,
}: {
  context: PageContext;
  hardware: HardwareStatus | null;
}): JSX.Element | null {
  const { lang } = context;
  const say = hostHardwareWords(lang);
  if (hardware === null) return null;
  return (
    <Part id="hardware" title={say.title}>
      <HardwareMark context={context} hardware={hardware} />
      <Facts context={context} machine={hardware} />
      {hardware.sources
        .filter(({ state }) => state !== "ok")
        .map(({ kind, state }) => (
          <p key={kind} class="mut">
            {kind}: {sourceStateName(state, lang)}
          </p>
        ))}
      <p>
        <a href={`/hardware/${encodeURIComponent(hardware.host)}`}>{say.more}</a>
      </p>
    </Part>
  );
}

/** Health as shape, word and colour; a machine that is switched off says so. */
export function HardwareMark({
  context: { lang },
  hardware: { state, health, power },
}: {
  context: PageContext;
  hardware: HardwareStatus;
}): JSX.Element {
  if (state === "unknown") return <StateMark state="unknown" lang={lang} word={healthName("unknown", lang)} />;
  const word = healthName(state === "down" ? "critical" : health, lang);
  const off = power === "off" ? ` · ${hostHardwareWords(lang).powerOff}` : "";
  return <StateMark state={state} lang={lang} word={word + off} />;
}
