import type { JSX } from "preact";
import { shellWords } from "../../words/web-shell.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { densities, themes } from "../look.ts";
import { Link, NavGroups } from "../nav.tsx";

/** Colours, density and keys of this device. */
export function lookPage(context: PageContext, { saved }: { saved: boolean }): Page {
  const words = shellWords(context.lang);
  return {
    title: words.lookTitle,
    mark: "ok",
    here: "look",
    body: (
      <>
        <h1>{words.lookTitle}</h1>
        {saved ? (
          <div class="notice s-ok" role="status">
            <p>{words.lookSaved}</p>
          </div>
        ) : null}
        <p>{words.lookHow}</p>
        <LookForm context={context} />
      </>
    ),
  };
}

function LookForm({ context }: { context: PageContext }): JSX.Element {
  const { look, lang } = context;
  const words = shellWords(lang);
  const themeNames = {
    system: words.themeSystem,
    light: words.themeLight,
    dark: words.themeDark,
    contrast: words.themeContrast,
  };
  const densityNames = { roomy: words.densityRoomy, compact: words.densityCompact };
  return (
    <form method="post" action="/look" class="stack">
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      <fieldset>
        <legend>{words.theme}</legend>
        {themes.map((theme) => (
          <label key={theme} class="ck">
            <input type="radio" name="theme" value={theme} checked={look.theme === theme} />
            {themeNames[theme]}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.density}</legend>
        {densities.map((density) => (
          <label key={density} class="ck">
            <input type="radio" name="density" value={density} checked={look.density === density} />
            {densityNames[density]}
          </label>
        ))}
      </fieldset>
      <label class="ck">
        <input type="checkbox" name="shortcuts" value="on" checked={look.shortcuts} />
        {words.shortcuts}
      </label>
      <button class="pri">{words.lookSave}</button>
    </form>
  );
}

/** Every main page, for a phone's fourth button. */
export function morePage(context: PageContext): Page {
  const words = shellWords(context.lang);
  return {
    title: words.moreTitle,
    mark: "ok",
    body: (
      <>
        <h1>{words.moreTitle}</h1>
        <div class="more">
          <NavGroups
            context={context}
            link={(entry) => <Link entry={entry} words={words} isHere={false} openCount={0} />}
          />
        </div>
      </>
    ),
  };
}
