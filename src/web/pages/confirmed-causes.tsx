import type { JSX } from "preact";
import type { Incident } from "../../kernel/model/incident.ts";
import type { LearnedCase } from "../../kernel/model/learned.ts";
import { learnedWords } from "../../words/learned.ts";
import { who, type PageContext } from "../context.ts";
import { caseTitle, WithdrawCase } from "./learned.tsx";
import { when } from "./summary.tsx";

/** What people said the cause was, and the way back for whoever was mistaken. */
export function ConfirmedCauses({
  context,
  incident,
  confirmed,
}: {
  context: PageContext;
  incident: Incident;
  confirmed: readonly LearnedCase[];
}): JSX.Element | null {
  if (confirmed.length === 0) return null;
  const say = learnedWords(context.lang);
  return (
    <section aria-labelledby="confirmed">
      <h2 id="confirmed">{say.confirmedHere}</h2>
      <ul class="rows">
        {confirmed.map((one) => (
          <li key={one.id}>
            <span class="name">{caseTitle(context, one)}</span>
            <span class="mut">
              {who(context, one.actor)} {when(context, one.at)}
            </span>
            <WithdrawCase context={context} one={one} back={`/i/${incident.id}`} />
          </li>
        ))}
      </ul>
      <p class="mut">
        {say.mistake} <a href="/learned">{say.seeLearned}</a>
      </p>
    </section>
  );
}
