import type { JSX } from "preact";
import type { Lang } from "../../kernel/lang.ts";
import { deviceClasses, networkKinds, type DeviceClass } from "../../kernel/ports-people.ts";
import { deviceName, networkName, peopleWords } from "../../words/people.ts";

/** One service of the public page. */
export interface ReachService {
  readonly key: string;
  readonly name: string;
  /** where a visitor's browser may try it; null when it has no public address */
  readonly url: string | null;
}

export interface ReachView {
  readonly lang: Lang;
  readonly services: readonly ReachService[];
  /** preselected; an unknown key preselects none */
  readonly service: string;
  readonly device: DeviceClass;
}

export function ReachForm({ lang, services, service, device }: ReachView): JSX.Element {
  const say = peopleWords(lang);
  const targets = Object.fromEntries(services.flatMap(({ key, url }) => (url === null ? [] : [[key, url]])));
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <form
        class="stack"
        method="post"
        action={`/status/reach?lang=${lang}`}
        data-try={JSON.stringify(targets)}
        data-wait={say.trying}
        data-yes={say.triedYes}
        data-no={say.triedNo}
      >
        <ServiceChoice lang={lang} services={services} service={service} />
        <p id="tried" role="status" />
        <fieldset>
          <legend>{say.reach}</legend>
          <label class="ck">
            <input type="radio" name="reach" value="no" required /> {say.cannot}
          </label>
          <label class="ck">
            <input type="radio" name="reach" value="yes" /> {say.can}
          </label>
        </fieldset>
        <Circumstances lang={lang} device={device} />
        <p hidden>
          <label>
            {say.honeypot}
            <input name="website" tabindex={-1} autocomplete="off" />
          </label>
        </p>
        <input type="hidden" name="tried" value="" autocomplete="off" />
        <button class="pri">{say.send}</button>
        <p class="mut">{say.privacy}</p>
      </form>
      <p>
        <a href="/status/">{say.back}</a>
      </p>
    </>
  );
}

function ServiceChoice({ lang, services, service }: Omit<ReachView, "device">): JSX.Element {
  const say = peopleWords(lang);
  const isKnown = services.some(({ key }) => key === service);
  return (
    <label>
      {say.service}
      <select name="service" required>
        {services.length === 1 ? null : <option value="">{say.choose}</option>}
        {services.map(({ key, name }) => (
          <option key={key} value={key} selected={isKnown ? key === service : services.length === 1}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Circumstances({ lang, device }: Pick<ReachView, "lang" | "device">): JSX.Element {
  const say = peopleWords(lang);
  return (
    <>
      <label>
        {say.device}
        <select name="device">
          {deviceClasses.map((one) => (
            <option key={one} value={one} selected={one === device}>
              {deviceName(one, lang)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.network}
        <select name="network">
          {networkKinds.map((one) => (
            <option key={one} value={one} selected={one === "unknown"}>
              {networkName(one, lang)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.isp}
        <input name="isp" maxlength={60} autocomplete="off" />
      </label>
      <label>
        {say.comment}
        <textarea name="comment" maxlength={500} aria-describedby="comment-hint" />
      </label>
      <p class="mut" id="comment-hint">
        {say.commentHint}
      </p>
    </>
  );
}

export function ReachThanks({ lang }: { lang: Lang }): JSX.Element {
  const say = peopleWords(lang);
  return (
    <>
      <h1>{say.thanks}</h1>
      <p>{say.thanksMore}</p>
      <div class="act">
        <a class="btn" href="/status/">
          {say.back}
        </a>
        <a class="btn" href={`/status/reach?lang=${lang}`}>
          {say.again}
        </a>
      </div>
    </>
  );
}

/** What was refused, and the way back to the form. */
export function ReachProblem({ lang, message, fix }: { lang: Lang; message: string; fix: string }): JSX.Element {
  return (
    <>
      <h1>{message}</h1>
      <p>{fix}</p>
      <p>
        <a class="btn" href={`/status/reach?lang=${lang}`}>
          {peopleWords(lang).again}
        </a>
      </p>
    </>
  );
}
