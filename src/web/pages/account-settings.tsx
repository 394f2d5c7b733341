import type { JSX } from "preact";
import { accessWords } from "../../words/access.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

type Words = ReturnType<typeof accessWords>;

interface Entry {
  readonly href: string;
  readonly title: keyof Words &
    ("account" | "people" | "tokens" | "audit" | "config" | "channels" | "vantages" | "learned");
  /** shown to administrators only, once there are any */
  readonly admin: boolean;
}

const entries: readonly Entry[] = [
  { href: "/settings/account", title: "account", admin: false },
  { href: "/settings/people", title: "people", admin: true },
  { href: "/settings/tokens", title: "tokens", admin: true },
  { href: "/settings/audit", title: "audit", admin: true },
  { href: "/settings/config", title: "config", admin: false },
  { href: "/settings/channels", title: "channels", admin: false },
  { href: "/vantages", title: "vantages", admin: false },
  { href: "/learned", title: "learned", admin: false },
];

export interface SettingsView {
  /** who is signed in may change koboshi itself; or nobody has an account yet */
  readonly admin: boolean;
  /** whether something answers at this path */
  leadsTo(path: string): boolean;
}

/** The way to everything that concerns koboshi itself. */
export function settingsPage(context: PageContext, { admin, leadsTo }: SettingsView): Page {
  const words = accessWords(context.lang);
  const shown = entries.filter((entry) => (admin || !entry.admin) && leadsTo(entry.href));
  return { title: words.settings, mark: "ok", here: "settings", body: <List words={words} entries={shown} /> };
}

function List({ words, entries: shown }: { words: Words; entries: readonly Entry[] }): JSX.Element {
  return (
    <>
      <h1>{words.settings}</h1>
      <p>{words.settingsHow}</p>
      <ul class="rows">
        {shown.map(({ href, title }) => (
          <li key={href}>
            <a class="name" href={href}>
              {words[title]}
            </a>
            <p class="mut">{words[`${title}More`]}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
