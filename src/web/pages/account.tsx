import type { JSX } from "preact";
import type { Account } from "../../storage/ledger/nouns/accounts.ts";
import type { Session } from "../../storage/ledger/ledger.ts";
import { accessWords } from "../../words/access.ts";
import { roleName } from "../../words/accounts.ts";
import { dateTime } from "../../words/format.ts";
import { personName } from "../../words/incident.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings, ChangeForm, Hint, Outcome, PasswordField, type FormProblem } from "./account-parts.tsx";

export interface AccountView {
  /** null: signed in by the start token */
  readonly account: Account | null;
  /** nobody can sign in as administrator yet */
  readonly first: boolean;
  /** the session this page was asked with */
  readonly sessionHash: string | null;
  /** newest use first */
  readonly sessions: readonly Session[];
  readonly problem: FormProblem | null;
  readonly done: string | null;
  /** the name typed into the first account's form */
  readonly name: string;
}

/** One's own account; without one, the form that makes the first. */
export function accountPage(context: PageContext, view: AccountView): Page {
  return {
    title: accessWords(context.lang).account,
    mark: "ok",
    here: "settings",
    status: view.problem?.status ?? 200,
    body: <Own context={context} view={view} />,
  };
}

function Own({ context, view }: { context: PageContext; view: AccountView }): JSX.Element {
  const words = accessWords(context.lang);
  const { account } = view;
  return (
    <>
      <h1>{words.account}</h1>
      <Outcome context={context} problem={view.problem} done={view.done} />
      {account === null ? (
        <p>{words.byStart}</p>
      ) : (
        <p>{words.youAre(personName(context.site, account.name), roleName(account.role, context.lang))}</p>
      )}
      {account?.mustChange === true ? <p class="notice s-warning">{words.mustChange}</p> : null}
      {account === null && view.first ? <First context={context} name={view.name} /> : null}
      {account === null ? null : <Password context={context} account={account} />}
      {account === null || account.mustChange ? null : <SecondFactor context={context} account={account} />}
      {account === null || account.mustChange ? null : <Sessions context={context} view={view} />}
      <BackToSettings context={context} />
    </>
  );
}

function First({ context, name }: { context: PageContext; name: string }): JSX.Element {
  const words = accessWords(context.lang);
  return (
    <section aria-labelledby="first">
      <h2 id="first">{words.firstTitle}</h2>
      <p>{words.firstHow}</p>
      <ChangeForm context={context} action="/settings/account/first">
        <label>
          {words.name}
          <input
            name="name"
            required
            value={name}
            autocomplete="username"
            autocapitalize="none"
            maxLength={64}
            aria-describedby="name-hint"
          />
        </label>
        <Hint id="name-hint">{words.nameHow}</Hint>
        <PasswordField name="password" label={words.newPassword} use="new-password" hint={words.passwordHow} />
        <PasswordField name="again" label={words.again} use="new-password" />
        <button class="pri">{words.firstSend}</button>
      </ChangeForm>
    </section>
  );
}

function Password({ context, account }: { context: PageContext; account: Account }): JSX.Element {
  const words = accessWords(context.lang);
  return (
    <section aria-labelledby="password">
      <h2 id="password">{words.passwordTitle}</h2>
      <ChangeForm context={context} action="/settings/account/password">
        <input type="hidden" name="name" value={account.name} autocomplete="username" />
        <PasswordField name="present" label={words.present} use="current-password" />
        <PasswordField name="password" label={words.newPassword} use="new-password" hint={words.passwordHow} />
        <PasswordField name="again" label={words.again} use="new-password" />
        <button class="pri">{words.passwordSend}</button>
      </ChangeForm>
    </section>
  );
}

/** fewer than these, and someone is locked out soon */
const fewCodes = 3;

function SecondFactor({ context, account }: { context: PageContext; account: Account }): JSX.Element {
  const words = accessWords(context.lang);
  const left = account.recovery.length;
  return (
    <section aria-labelledby="totp">
      <h2 id="totp">{words.totpTitle}</h2>
      {account.totp === null ? (
        <>
          <p>{words.totpOff}</p>
          <Confirmed context={context} action="/settings/account/totp" button={words.totpStart} />
        </>
      ) : (
        <>
          <p>{words.totpOn(left)}</p>
          {left < fewCodes ? <p class="notice s-warning">{words.totpLow}</p> : null}
          <details>
            <summary>{words.codesRenew}</summary>
            <Confirmed context={context} action="/settings/account/codes" button={words.codesRenew} />
          </details>
          <details>
            <summary>{words.totpStop}</summary>
            <Confirmed context={context} action="/settings/account/totp/off" button={words.totpStop} />
          </details>
        </>
      )}
    </section>
  );
}

/** A grave step asks for the password once more: a session left open must not be enough. */
function Confirmed({ context, action, button }: { context: PageContext; action: string; button: string }): JSX.Element {
  const words = accessWords(context.lang);
  return (
    <ChangeForm context={context} action={action}>
      <PasswordField name="present" label={words.present} use="current-password" />
      <button>{button}</button>
    </ChangeForm>
  );
}

function Sessions({ context, view }: { context: PageContext; view: AccountView }): JSX.Element {
  const { lang, site } = context;
  const words = accessWords(lang);
  const time = (atMs: number): string => dateTime(atMs, site.timeZone, lang);
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{words.sessionsTitle}</h2>
      <ul class="rows">
        {view.sessions.map((session) => (
          <li key={session.hash}>
            <span class="name">{session.agent === "" ? words.noAgent : session.agent}</span>
            {session.hash === view.sessionHash ? (
              <span class="mark c-ok">{words.sessionHere}</span>
            ) : (
              <ChangeForm context={context} action="/settings/account/sessions/end">
                <input type="hidden" name="session" value={session.hash.slice(0, 16)} />
                <button aria-label={`${words.sessionEnd}: ${session.agent} ${session.address}`}>
                  {words.sessionEnd}
                </button>
              </ChangeForm>
            )}
            <p class="mut">
              {session.address} — {words.sessionLine(time(session.openedAt.atMs), time(session.seenAt.atMs))}
            </p>
          </li>
        ))}
      </ul>
      <ChangeForm context={context} action="/settings/account/sessions/end-all">
        <button>{words.sessionsEnd}</button>
      </ChangeForm>
    </section>
  );
}
