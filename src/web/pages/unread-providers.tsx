import type { JSX } from "preact";
import { noticesLines, providerLines, type NamedPreset } from "../../config/presets/lines.ts";
import { unreadProviders } from "../../config/presets/proposals.ts";
import { list } from "../../words/format.ts";
import { presetWords } from "../../words/presets.ts";
import type { PageContext } from "../context.ts";

/** Providers of the file whose notices nobody reads, each with the lines that would; pasting them is left to a person. */
export function UnreadProviders({ context }: { context: PageContext }): JSX.Element {
  const { lang, site } = context;
  const say = presetWords(lang);
  const unread = unreadProviders(site);
  if (unread.length === 0) return <p class="mut">{say.howToFind}</p>;
  const known = unread.flatMap(({ preset, ...one }) => (preset === null ? [] : [{ ...one, preset }]));
  const nameless = unread.filter(({ preset }) => preset === null).map(({ provider }) => provider);
  return (
    <section aria-labelledby="unread">
      <h2 id="unread">{say.title}</h2>
      <p>{say.lead}</p>
      {known
        .filter(({ isInFile }) => isInFile)
        .map(({ provider, preset }) => (
          <div key={provider}>
            <p>○ {say.knownLead(provider, preset.name[lang])}</p>
            <pre>{noticesLines(preset, lang)}</pre>
          </div>
        ))}
      <NewProviders context={context} named={known.filter(({ isInFile }) => !isInFile)} />
      {nameless.length === 0 ? null : <p>○ {say.noPreset(list(nameless, lang))}</p>}
      <p class="mut">{say.howToFind}</p>
    </section>
  );
}

/** One section for all of them, so that it can be pasted as a whole. */
function NewProviders({
  context: { lang },
  named,
}: {
  context: PageContext;
  named: readonly NamedPreset[];
}): JSX.Element | null {
  if (named.length === 0) return null;
  const names = named.map(({ provider, preset }) => `${provider} (${preset.name[lang]})`);
  return (
    <>
      <p>○ {presetWords(lang).newLead(list(names, lang))}</p>
      <pre>{providerLines(named, lang)}</pre>
    </>
  );
}
