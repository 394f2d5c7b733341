import type { JSX } from "preact";
import { roles } from "../../kernel/access.ts";
import type { Account } from "../../storage/ledger/nouns/accounts.ts";
import { accessWords } from "../../words/access.ts";
import { accountWords, roleMeaning, roleName } from "../../words/accounts.ts";
import { dateTime } from "../../words/format.ts";
import { personName } from "../../words/incident.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings, ChangeForm, Hint, Outcome, ToldOnce, type FormProblem } from "./account-parts.tsx";

export interface PeopleView {
  readonly accounts: readonly Account[];
  readonly problem: FormProblem | null;
  readonly done: string | null;
}

/** Who can sign in, and as what. */
export function peoplePage(context: PageContext, view: PeopleView): Page {
  return {
    title: accessWords(context.lang).people,
    mark: "ok",
    here: "settings",
    status: view.problem?.status ?? 200,
    body: <People context={context} view={view} />,
  };
}

function People({ context, view }: { context: PageContext; view: PeopleView }): JSX.Element {
  const words = accountWords(context.lang);
  return (
    <>
      <h1>{accessWords(context.lang).people}</h1>
      <Outcome context={context} problem={view.problem} done={view.done} />
      {view.accounts.length === 0 ? (
        <p>{words.nobody}</p>
      ) : (
        <ul class="rows">
          {view.accounts.map((account) => (
            <Row key={account.name} context={context} account={account} />
          ))}
        </ul>
      )}
      {view.accounts.length === 0 ? null : <Add context={context} />}
      <BackToSettings context={context} />
    </>
  );
}

function Row({ context, account }: { context: PageContext; account: Account }): JSX.Element {
  const { lang, site } = context;
  const words = accountWords(lang);
  const { name, role, totp, mustChange, lastLoginAt } = account;
  const person = personName(site, name);
  const facts = [
    lastLoginAt === null ? words.neverIn : words.lastLogin(dateTime(lastLoginAt.atMs, site.timeZone, lang)),
    totp === null ? words.withoutTotp : words.withTotp,
    ...(mustChange ? [words.temporary] : []),
  ];
  return (
    <li>
      <span class="name">{person === name ? name : `${person} (${name})`}</span>
      <span>{words.roleIs(roleName(role, lang))}</span>
      <p class="mut">{facts.join(" — ")}</p>
      {context.viewer === null ? null : <Change context={context} account={account} />}
    </li>
  );
}

function Change({ context, account }: { context: PageContext; account: Account }): JSX.Element {
  const words = accountWords(context.lang);
  const { name } = account;
  const who = <input type="hidden" name="name" value={name} />;
  return (
    <details>
      <summary>{words.more(name)}</summary>
      <ChangeForm context={context} action="/settings/people/role">
        {who}
        <RoleField context={context} chosen={account.role} />
        <button>{words.roleSend}</button>
      </ChangeForm>
      <p>{words.resetHow}</p>
      <ChangeForm context={context} action="/settings/people/reset">
        {who}
        {account.totp === null ? null : (
          <label class="ck">
            <input type="checkbox" name="totp" value="off" />
            {words.resetTotp}
          </label>
        )}
        <button>{words.resetSend}</button>
      </ChangeForm>
      <ChangeForm context={context} action="/settings/people/remove">
        {who}
        <label>
          {words.removeHow(name)}
          <input name="typed" required autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
        <button>{words.removeSend}</button>
      </ChangeForm>
    </details>
  );
}

function RoleField({ context, chosen }: { context: PageContext; chosen: Account["role"] }): JSX.Element {
  const { lang } = context;
  return (
    <label>
      {accountWords(lang).role}
      <select name="role">
        {roles.map((role) => (
          <option key={role} value={role} selected={role === chosen}>
            {roleName(role, lang)}: {roleMeaning(role, lang)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Add({ context }: { context: PageContext }): JSX.Element | null {
  if (context.viewer === null) return null;
  const words = accountWords(context.lang);
  return (
    <section aria-labelledby="add">
      <h2 id="add">{words.addTitle}</h2>
      <p>{words.addHow}</p>
      <ChangeForm context={context} action="/settings/people/add">
        <label>
          {words.name}
          <input
            name="name"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={64}
            list="known"
            aria-describedby="name-hint"
          />
        </label>
        <Hint id="name-hint">{accessWords(context.lang).nameHow}</Hint>
        <datalist id="known">
          {[...context.site.people.values()].map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </datalist>
        <RoleField context={context} chosen="responder" />
        <button class="pri">{words.addSend}</button>
      </ChangeForm>
    </section>
  );
}

/** A password made for someone, told this once. */
export function handedPage(context: PageContext, { name, password }: { name: string; password: string }): Page {
  const words = accountWords(context.lang);
  return {
    title: words.handedTitle,
    mark: "ok",
    here: "settings",
    body: (
      <>
        <h1>{words.handedTitle}</h1>
        <p>{words.handedHow(personName(context.site, name))}</p>
        <ToldOnce lines={[password]} label={words.handedTitle} />
        <p>
          <a class="btn pri" href="/settings/people">
            {accessWords(context.lang).people}
          </a>
        </p>
      </>
    ),
  };
}
