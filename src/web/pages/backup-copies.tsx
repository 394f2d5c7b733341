import type { JSX } from "preact";
import { repositoryName } from "../../api/backup-views.ts";
import type { CopyState, DeleteProof } from "../../kernel/model/recovery.ts";
import type { BackupVerdict } from "../../recover/index.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { levelName, proofWord, wayName } from "../../words/backups-proof.ts";
import { backupWords, bytesText } from "../../words/backups.ts";
import { thousands } from "../../words/figures.ts";
import { duration } from "../../words/format.ts";
import { afterText, answerText } from "../../words/proof-answers.ts";
import { findingSentence, levelWords, proofSentence } from "../../words/recovery-verify.ts";
import { troubleWords } from "../../words/run-trouble.ts";
import { age, type PageContext } from "../context.ts";
import { whenText, type JudgedBackup } from "./backups.tsx";

/** Every copy by place, with the level it was verified to and what that proves. */
export function Copies({ context, one }: { context: PageContext; one: JudgedBackup }): JSX.Element {
  const say = backupWords(context.lang);
  return (
    <>
      <h2>{say.copies}</h2>
      {one.verdict.copies.map((copy) => (
        <Copy key={copy.place} context={context} one={one} copy={copy} />
      ))}
      <Findings context={context} one={one} />
    </>
  );
}

interface CopyProps {
  readonly context: PageContext;
  readonly one: JudgedBackup;
  readonly copy: BackupVerdict["copies"][number];
}

function Copy({ context, one, copy }: CopyProps): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  const { plan, copies } = one.status;
  const target = plan.to.find(({ at }) => at === copy.place);
  const state = copies.find(({ place }) => place === copy.place) ?? null;
  const { proves, not } = levelWords(lang, copy.level);
  return (
    <section class="card" aria-label={copy.place}>
      <h3>{copy.place}</h3>
      <p>
        <CopyMark context={context} copy={copy} />
        {target === undefined || target.repo === null ? null : <code> {repositoryName(target.repo)}</code>}
      </p>
      <p class="mut">{state === null ? say.notRead : readText(context, state)}</p>
      <dl>
        <dt>
          {say.level}: {levelName(copy.level, lang)}
          {copy.verifiedAtMs === null ? "" : ` · ${whenText(context, copy.verifiedAtMs)}`}
        </dt>
        <dd>
          {say.proves}: {proves}
          <br />
          {say.provesNot}: {not}
        </dd>
        <dt>{say.appendOnly}</dt>
        <dd>
          <Proof
            context={context}
            proof={state?.proof ?? null}
            claimed={target?.appendOnlyClaimed === true || (target?.lockedForMs ?? null) !== null}
          />
        </dd>
      </dl>
    </section>
  );
}

/** When it was read back, and why it could not be. */
function readText(context: PageContext, { plan, place, readAt, trouble }: CopyState): string {
  const { lang, site } = context;
  const say = backupWords(lang);
  const read = readAt === null ? say.notRead : say.readAt(age(context, readAt));
  if (trouble === null) return read;
  const host = site.backups?.get(plan)?.host ?? "—";
  const { message, fix } = troubleWords(trouble, { plan, place, host }, lang);
  return [read, message, ...(fix === null ? [] : [fix])].join(" · ");
}

/** A copy that was read is no proof of recovery: it has its time and size, not a tick. */
function CopyMark({ context, copy }: { context: PageContext; copy: BackupVerdict["copies"][number] }): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  if (copy.isBroken) return <StateMark state="down" lang={lang} word={say.broken} />;
  const { newest, newestAtMs, foreignAtMs } = copy;
  if (newest === null) {
    if (foreignAtMs === null) return <StateMark state="down" lang={lang} word={say.noSet} />;
    return (
      <>
        <StateMark state="unknown" lang={lang} /> {say.foreign(whenText(context, foreignAtMs))}
      </>
    );
  }
  const size = `${bytesText(newest.totals.bytes)}, ${say.files(thousands(newest.totals.files))}`;
  return (
    <span>
      {whenText(context, newestAtMs)} · {size} · <code>{newest.set}</code>
    </span>
  );
}

function Proof({
  context,
  proof,
  claimed,
}: {
  context: PageContext;
  proof: DeleteProof | null;
  claimed: boolean;
}): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  if (proof === null) return <>{claimed ? say.claimed : say.notClaimed}</>;
  const state = { refused: "ok", deletable: claimed ? "down" : "warning", inconclusive: "unknown" } as const;
  return (
    <>
      <StateMark state={state[proof.result]} lang={lang} word={proofWord(proof.result, lang)} />{" "}
      {say.proofAge(proofSentence(lang, proof), age(context, proof.at))}
      <ul class="facts mut">
        {proof.tried.map(({ way, answer, intact }, index) => (
          <li key={`${index} ${way}`}>
            {say.proofWay(wayName(way, lang), answerText(answer, lang), afterText(way, intact, lang))}
          </li>
        ))}
      </ul>
    </>
  );
}

const shownFindings = 20;

/** The findings of the newest verifications. */
function Findings({ context, one: { status } }: { context: PageContext; one: JudgedBackup }): JSX.Element | null {
  const { lang, site } = context;
  const say = backupWords(lang);
  const verified = status.copies.flatMap((copy) => copy.verified);
  if (verified.length === 0) return null;
  const found = verified.flatMap((one) => one.findings.map((finding) => ({ one, finding })));
  return (
    <>
      <h3>{say.findings}</h3>
      {found.length === 0 ? <p>{say.noFindings}</p> : null}
      <ul>
        {found.slice(0, shownFindings).map(({ one, finding }, index) => (
          <li key={`${one.id} ${index}`}>
            <StateMark
              state={finding.severity === "broken" ? "down" : "unknown"}
              lang={lang}
              word={`V${one.level} ${one.place}`}
            />{" "}
            {findingSentence(lang, finding)} <code>{finding.code}</code>{" "}
            <span class="mut">
              <Time atMs={one.at.atMs} zone={site.timeZone} lang={lang} /> {duration(one.seconds * 1_000, lang)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
