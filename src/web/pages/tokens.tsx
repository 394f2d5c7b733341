import type { JSX } from "preact";
import { tokenScopes } from "../../kernel/access.ts";
import { remainingMs, type Clock } from "../../kernel/clock.ts";
import type { ApiToken } from "../../storage/ledger/nouns/accounts.ts";
import { accessWords } from "../../words/access.ts";
import { accountWords, scopeMeaning } from "../../words/accounts.ts";
import { dateTime } from "../../words/format.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings, ChangeForm, Hint, Outcome, ToldOnce, type FormProblem } from "./account-parts.tsx";

export interface TokensView {
  readonly clock: Clock;
  readonly tokens: readonly ApiToken[];
  readonly problem: FormProblem | null;
  readonly done: string | null;
  /** what was typed as name */
  readonly name: string;
}

/** How long a token may be made for; the first is the usual. */
export const lifeDays: readonly number[] = [90, 30, 365];

/** What lets programs in. */
export function tokensPage(context: PageContext, view: TokensView): Page {
  const words = accountWords(context.lang);
  return {
    title: accessWords(context.lang).tokens,
    mark: "ok",
    here: "settings",
    status: view.problem?.status ?? 200,
    body: (
      <>
        <h1>{accessWords(context.lang).tokens}</h1>
        <Outcome context={context} problem={view.problem} done={view.done} />
        {view.tokens.length === 0 ? (
          <p>{words.noTokens}</p>
        ) : (
          <ul class="rows">
            {view.tokens.map((token) => (
              <Row key={token.name} context={context} token={token} clock={view.clock} />
            ))}
          </ul>
        )}
        <Make context={context} name={view.name} />
        <BackToSettings context={context} />
      </>
    ),
  };
}

function Row({ context, token, clock }: { context: PageContext; token: ApiToken; clock: Clock }): JSX.Element {
  const { lang, site } = context;
  const words = accountWords(lang);
  const time = (atMs: number): string => dateTime(atMs, site.timeZone, lang);
  const { name, scopes, createdBy, expiresAt, lastUsedAt, revokedAt } = token;
  const spent = expiresAt !== null && remainingMs(clock, expiresAt) <= 0;
  const until = expiresAt === null ? words.never : words.goodUntil(time(expiresAt.atMs));
  const state = revokedAt === null ? (spent ? words.expired : until) : words.revoked;
  const used = lastUsedAt === null ? words.neverUsed : words.lastUsed(time(lastUsedAt.atMs));
  return (
    <li>
      <span class="name">{name}</span>
      <span>{state}</span>
      <p>{scopes.map((scope) => scopeMeaning(scope, lang)).join(", ")}</p>
      <p class="mut">
        {words.madeBy(who(context, createdBy))} — {used}
      </p>
      {revokedAt !== null || spent || context.viewer === null ? null : (
        <details>
          <summary>
            {words.revoke}: {name}
          </summary>
          <ChangeForm context={context} action="/settings/tokens/revoke">
            <input type="hidden" name="name" value={name} />
            <label>
              {words.revokeHow(name)}
              <input name="typed" required autocomplete="off" autocapitalize="none" spellcheck={false} />
            </label>
            <button>{words.revoke}</button>
          </ChangeForm>
        </details>
      )}
    </li>
  );
}

function Make({ context, name }: { context: PageContext; name: string }): JSX.Element | null {
  if (context.viewer === null) return <p>{accessWords(context.lang).signInFirst}</p>;
  const { lang } = context;
  const words = accountWords(lang);
  return (
    <section aria-labelledby="make">
      <h2 id="make">{words.tokenTitle}</h2>
      <ChangeForm context={context} action="/settings/tokens/create">
        <label>
          {words.name}
          <input
            name="name"
            required
            value={name}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={40}
            aria-describedby="name-hint"
          />
        </label>
        <Hint id="name-hint">{words.tokenHow}</Hint>
        <fieldset>
          <legend>{words.scopes}</legend>
          {tokenScopes.map((scope) => (
            <label key={scope} class="ck">
              <input type="checkbox" name={`scope-${scope}`} value="yes" />
              <span>
                {scopeMeaning(scope, lang)} <code>{scope}</code>
              </span>
            </label>
          ))}
        </fieldset>
        <label>
          {words.expires}
          <select name="days">
            {lifeDays.map((days) => (
              <option key={days} value={days}>
                {words.days(days)}
              </option>
            ))}
            <option value="never">{words.never}</option>
          </select>
        </label>
        <button class="pri">{words.tokenSend}</button>
      </ChangeForm>
    </section>
  );
}

/** A new token, told this once. */
export function tokenShownPage(context: PageContext, token: string): Page {
  const words = accountWords(context.lang);
  return {
    title: words.tokenShownTitle,
    mark: "ok",
    here: "settings",
    body: (
      <>
        <h1>{words.tokenShownTitle}</h1>
        <p>{words.tokenShownHow}</p>
        <ToldOnce lines={[token]} label={words.tokenShownTitle} />
        <p>
          <a class="btn pri" href="/settings/tokens">
            {words.tokenShownDone}
          </a>
        </p>
      </>
    ),
  };
}
