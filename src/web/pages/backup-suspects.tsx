import type { JSX } from "preact";
import type { Signal } from "../../kernel/model/signal.ts";
import { StateMark } from "../../render/parts.tsx";
import { backupKeepingWords } from "../../words/backup-keeping.ts";
import { backupSignalText } from "../../words/recovery-watch.ts";
import type { PageContext } from "../context.ts";
import { VerbForm } from "./actions.tsx";
import { backupPath } from "./backups.tsx";

/** A change of a set that nobody has looked at yet. */
export interface Suspected {
  readonly set: string;
  readonly signals: readonly Signal[];
}

const suspicious: ReadonlySet<unknown> = new Set(["shrunk", "exploded", "changed", "encrypted", "deleted"]);

/** What is suspected of a plan's copies, by the set that showed it. */
export function suspectedOf(plan: string, signals: readonly Signal[]): readonly Suspected[] {
  const found = new Map<string, Signal[]>();
  for (const signal of signals) {
    const { set, trouble, plan: of } = signal.facts;
    if (signal.kind !== "backup" || of !== plan || typeof set !== "string" || !suspicious.has(trouble)) continue;
    found.set(set, [...(found.get(set) ?? []), signal]);
  }
  return [...found].map(([set, of]) => ({ set, signals: of }));
}

/** What was seen, and the word of a person that it was meant: never without a reason. */
export function Suspects({
  context,
  plan,
  suspects,
}: {
  context: PageContext;
  plan: string;
  suspects: readonly Suspected[];
}): JSX.Element {
  const { lang, site, viewer } = context;
  const say = backupKeepingWords(lang);
  const path = backupPath(plan);
  return (
    <>
      {suspects.map(({ set, signals }) => (
        <section key={set} class="notice s-warning" aria-label={say.suspect}>
          <p>
            <StateMark state="warning" lang={lang} word={say.suspect} /> <code>{set}</code>
          </p>
          {signals.map((signal) => {
            const text = backupSignalText(signal, site.timeZone, lang);
            return (
              <p key={signal.id}>
                {text?.sentence} {text?.fix}
              </p>
            );
          })}
          {viewer === null ? (
            <p class="mut">
              <code>koboshi backup accept {set} --reason …</code>
            </p>
          ) : (
            <VerbForm context={context} action={`${path}/accept`} back={path} stack>
              <p class="mut">{say.acceptHow}</p>
              <input type="hidden" name="set" value={set} />
              <label>
                {say.acceptWhy}
                <input name="reason" required maxLength={1_000} autocomplete="off" />
              </label>
              <button>{say.acceptButton}</button>
            </VerbForm>
          )}
        </section>
      ))}
    </>
  );
}
