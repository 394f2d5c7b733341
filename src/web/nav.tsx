import type { JSX } from "preact";
import { shellWords } from "../words/web-shell.ts";
import type { PageContext } from "./context.ts";

type Words = ReturnType<typeof shellWords>;
type Word = { [Key in keyof Words]: Words[Key] extends string ? Key : never }[keyof Words];

/** One main page: what it is called and where it is. */
interface Entry {
  readonly key: string;
  readonly word: Word;
  readonly path: string;
}

const groups = [
  {
    word: "now",
    entries: [
      { key: "home", word: "home", path: "/" },
      { key: "incidents", word: "incidents", path: "/incidents" },
    ],
    later: [],
  },
  {
    word: "things",
    entries: [
      { key: "services", word: "services", path: "/services" },
      { key: "checks", word: "checks", path: "/checks" },
      { key: "map", word: "map", path: "/map" },
      { key: "hosts", word: "hosts", path: "/hosts" },
      { key: "hardware", word: "hardware", path: "/hardware" },
      { key: "jobs", word: "jobs", path: "/jobs" },
      { key: "logs", word: "logs", path: "/logs" },
      { key: "feeds", word: "feeds", path: "/feeds" },
      { key: "vantages", word: "vantages", path: "/vantages" },
    ],
    later: [],
  },
  {
    word: "safety",
    entries: [
      { key: "backups", word: "backups", path: "/backups" },
      { key: "survival", word: "survival", path: "/survival" },
      { key: "calendar", word: "calendar", path: "/calendar" },
    ],
    later: [["forecast", "laterForecast"]],
  },
  {
    word: "tell",
    entries: [
      { key: "status-page", word: "statusPage", path: "/status/" },
      { key: "reports", word: "reports", path: "/reports" },
    ],
    later: [],
  },
  {
    word: "settings",
    entries: [
      { key: "settings", word: "administration", path: "/settings" },
      { key: "config", word: "configuration", path: "/settings/config" },
      { key: "look", word: "look", path: "/look" },
    ],
    later: [],
  },
] as const satisfies readonly {
  readonly word: Word;
  readonly entries: readonly Entry[];
  readonly later: readonly (readonly [Word, Word])[];
}[];

export type NavKey = (typeof groups)[number]["entries"][number]["key"];

/** Every main page, in the order of the rail. */
export const navEntries: readonly Entry[] = groups.flatMap((group): readonly Entry[] => group.entries);

/** the four a thumb reaches; the last one leads to all the others */
const barKeys: ReadonlySet<string> = new Set(["home", "incidents", "services"]);

interface NavProps {
  readonly context: PageContext;
  readonly here: NavKey | undefined;
  readonly openCount: number;
}

/** A rail beside the page; on a phone four links at its foot. */
export function Nav({ context, here, openCount }: NavProps): JSX.Element {
  const words = shellWords(context.lang);
  const bar = navEntries.filter(({ key }) => barKeys.has(key));
  const inBar = here === undefined || barKeys.has(here);
  const link = (entry: Entry): JSX.Element => (
    <Link entry={entry} words={words} isHere={entry.key === here} openCount={openCount} />
  );
  return (
    <nav id="nav" aria-label={context.say.navLabel}>
      <ul class="bar">
        {bar.map((entry) => (
          <li key={entry.key}>{link(entry)}</li>
        ))}
        <li>
          <a href="/more" {...(inBar ? {} : { "aria-current": "true" as const })}>
            {words.more}
          </a>
        </li>
      </ul>
      <div class="rail">
        <NavGroups context={context} link={link} />
      </div>
    </nav>
  );
}

/** All main pages by group; those still to come are folded, with what they are for. */
export function NavGroups({
  context,
  link,
}: {
  context: PageContext;
  link: (entry: Entry) => JSX.Element;
}): JSX.Element {
  const words = shellWords(context.lang);
  const shown = groups
    .map(({ word, entries }) => ({ word, entries: entries.filter((entry: Entry) => isThere(context, entry)) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <>
      {shown.map(({ word, entries }) => (
        <div key={word}>
          <p class="mut">{words[word]}</p>
          <ul>
            {entries.map((entry) => (
              <li key={entry.key}>{link(entry)}</li>
            ))}
          </ul>
        </div>
      ))}
      <details>
        <summary class="mut">{words.later}</summary>
        <dl>
          {groups.flatMap(({ later }) =>
            later.map(([name, why]) => (
              <div key={name}>
                <dt>{words[name]}</dt>
                <dd class="mut">{words[why]}</dd>
              </div>
            )),
          )}
        </dl>
      </details>
    </>
  );
}

/** The public page is part of this listener only while there is no public one. */
function isThere({ site }: PageContext, { key }: Entry): boolean {
  return key !== "status-page" || (site.statusPage !== null && site.hub.public === null);
}

export function Link({
  entry,
  words,
  isHere,
  openCount,
}: {
  entry: Entry;
  words: Words;
  isHere: boolean;
  openCount: number;
}): JSX.Element {
  return (
    <a href={entry.path} {...(isHere ? { "aria-current": "page" as const } : {})}>
      {words[entry.word]}
      {entry.key === "incidents" && openCount > 0 ? ` (${openCount})` : null}
    </a>
  );
}
