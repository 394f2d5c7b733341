import { shellWords } from "../../words/web-shell.ts";
import { search, type Findable } from "../search.ts";

// The search over a page: a dialog with a combobox after the ARIA Authoring Practices. Loaded when it is first opened.

const mostShown = 12;
const lang = document.documentElement.lang === "en" ? "en" : "ja";
const words = shellWords(lang);

let items: Promise<readonly Findable[]> | null = null;
let dialog: HTMLDialogElement | null = null;

/** @param which the search, or the list of keys */
export async function open(which: "search" | "keys"): Promise<void> {
  dialog?.remove();
  dialog = which === "search" ? searchDialog() : keysDialog();
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog?.remove());
  dialog.showModal();
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function closeForm(): HTMLElement {
  return element("form", { method: "dialog" }, element("button", {}, words.close));
}

/** The field, the list below it, and which of the list is chosen. */
interface Box {
  readonly field: HTMLInputElement;
  readonly list: HTMLUListElement;
  readonly status: HTMLElement;
  shown: readonly Findable[];
  active: number;
}

function searchDialog(): HTMLDialogElement {
  const box: Box = {
    field: element("input", {
      type: "search",
      role: "combobox",
      "aria-label": words.searchLabel,
      "aria-expanded": "false",
      "aria-controls": "found",
      "aria-autocomplete": "list",
      autocomplete: "off",
      autocapitalize: "none",
      placeholder: words.searchEmpty,
    }),
    list: element("ul", { id: "found", role: "listbox", "aria-label": words.search }),
    status: element("p", { role: "status", class: "mut" }, words.searchHow),
    shown: [],
    active: -1,
  };
  const { field, list, status } = box;
  field.addEventListener("input", () => void look(box));
  field.addEventListener("keydown", (event) => onKey(box, event));
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (option !== null) go(box, [...list.children].indexOf(option));
  });
  void look(box);
  return element("dialog", { "aria-label": words.searchTitle }, field, status, list, closeForm());
}

function mark(box: Box, index: number): void {
  const { list, field } = box;
  box.active = index;
  [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  const option = list.children[index];
  if (option === undefined) field.removeAttribute("aria-activedescendant");
  else {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
}

async function look(box: Box): Promise<void> {
  items ??= load();
  const all = await items;
  const query = box.field.value.trim();
  const shown = search(all, query, mostShown);
  box.shown = shown;
  box.list.replaceChildren(
    ...shown.map(({ t, k }, index) => {
      const kind = element("span", { class: "mut" }, k);
      return element("li", { role: "option", id: `found-${index}` }, element("span", {}, t), kind);
    }),
  );
  box.field.setAttribute("aria-expanded", String(shown.length > 0));
  const said = shown.length === 0 ? words.searchNone(query) : words.searchFound(shown.length);
  box.status.textContent = query === "" ? words.searchHow : said;
  mark(box, shown.length > 0 ? 0 : -1);
}

function go({ shown, field }: Box, index: number): void {
  const target = shown[index];
  const query = field.value.trim();
  if (target !== undefined) location.assign(target.u);
  else if (query !== "") location.assign(`/search?q=${encodeURIComponent(query)}`);
}

function onKey(box: Box, event: KeyboardEvent): void {
  // Enter that ends a conversion of kana to kanji chooses nothing
  if (event.isComposing) return;
  const moves: Readonly<Record<string, number>> = { ArrowDown: box.active + 1, ArrowUp: box.active - 1 };
  const to = moves[event.key];
  if (to !== undefined && box.shown.length > 0) mark(box, (to + box.shown.length) % box.shown.length);
  else if (event.key === "Enter") go(box, box.active);
  else return;
  event.preventDefault();
}

async function load(): Promise<readonly Findable[]> {
  const answer = await fetch("/palette.json");
  return ((await answer.json()) as { items: readonly Findable[] }).items;
}

function keysDialog(): HTMLDialogElement {
  const keys = [
    ["Ctrl/⌘ K", words.keySearch],
    ["/", words.keySearch],
    ["g h", words.keyHome],
    ["g i", words.keyIncidents],
    ["g s", words.keyServices],
    ["?", words.keyHelp],
  ] as const;
  const rows = keys.map(([key, does]) =>
    element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)),
  );
  return element(
    "dialog",
    { "aria-labelledby": "keys-title" },
    element("h2", { id: "keys-title" }, words.keysTitle),
    element("dl", {}, ...rows),
    element("p", { class: "mut" }, words.keysOff),
    closeForm(),
  );
}
