import { eventKinds } from "../../kernel/event.ts";
import type { LiveAnswer } from "../live-parts.ts";

// Keeps an open page fresh: when something happened it asks what has changed, and replaces that and nothing else. And it
// opens the search, which loads itself. Everything here is a comfort; without it every page is complete.

/** several events in a row are one refresh */
const coalesceMs = 1_000;
/** without news the ages on the page still grow old; and a dead hub must be noticed */
const idleMs = 30_000;
/** the second key of two follows within this */
const secondKeyMs = 1_500;

const main = (): HTMLElement | null => document.querySelector("main");
const pauseButton = document.querySelector<HTMLButtonElement>("#pause");
let paused = false;
let waiting = 0;
let freshAtMs = performance.now();
/** what the hub said this page has */
let have = "";
/** the parts around the page as they were last taken, by their id */
const around = new Map<string, string>();

/** Nothing is taken from under someone's hands: a focused field, typed text, a button being pressed. */
function inUse(): boolean {
  const shown = main();
  if (shown === null || shown.querySelector(":is(input,select,textarea):focus,:is(a,button):active") !== null)
    return true;
  const fields = shown.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input,textarea");
  return [...fields].some((field) => field.value !== field.defaultValue || isTicked(field));
}

function isTicked(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  return "checked" in field && field.checked !== field.defaultChecked;
}

function parsed(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function rowsOf(part: ParentNode): Map<string, HTMLElement> {
  const rows = part.querySelectorAll<HTMLElement>("[data-live]");
  return new Map([...rows].map((row) => [row.dataset["live"] ?? "", row]));
}

/** Only what is new is touched: rows for themselves, and the page around them keeps the rows it has. */
function apply(answer: LiveAnswer): void {
  const shown = main();
  if (shown === null) return;
  const before = rowsOf(shown);
  // table rows survive parsing only within a table
  const table = answer.rows[0]?.startsWith("<tr") === true;
  const joined = answer.rows.join("");
  const fresh = rowsOf(parsed(table ? `<table>${joined}</table>` : joined));
  if (answer.main === null) {
    for (const [key, row] of fresh) patch(before.get(key), row);
    return;
  }
  const next = parsed(answer.main);
  for (const [key, place] of rowsOf(next)) {
    const row = fresh.get(key) ?? before.get(key);
    if (row !== undefined) place.replaceWith(row);
  }
  replaceMain(shown, next);
}

/** A row keeps its beginning as far as that is the same, most often its name: less to draw, and the focus stays there. */
function patch(old: HTMLElement | undefined, row: HTMLElement): void {
  if (old === undefined) return;
  if (!old.cloneNode(false).isEqualNode(row.cloneNode(false))) {
    old.replaceWith(row);
    return;
  }
  const [was, is] = [[...old.childNodes], [...row.childNodes]];
  const firstNew = is.findIndex((node, index) => was[index]?.isEqualNode(node) !== true);
  const same = firstNew === -1 ? is.length : firstNew;
  for (const node of was.slice(same)) node.remove();
  old.append(...is.slice(same));
}

/** The new content keeps what was unfolded and, where the same thing is still there, the focus. */
function replaceMain(shown: HTMLElement, next: DocumentFragment): void {
  const focused = shown.querySelector(":focus")?.outerHTML;
  const open = [...shown.querySelectorAll("details")].map((details) => details.open);
  shown.replaceChildren(next);
  shown.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  showCopyButtons();
  if (focused === undefined) return;
  const same = [...shown.querySelectorAll<HTMLElement>("a,button,summary")].find((one) => one.outerHTML === focused);
  same?.focus({ preventScroll: true });
}

async function refresh(): Promise<void> {
  waiting = 0;
  if (paused || inUse()) return;
  try {
    const changes = await ask();
    if (changes === null) stale();
    else if (!inUse()) take(changes);
  } catch {
    stale();
  }
}

/** @returns null when the hub refuses, or answers with no page */
async function ask(): Promise<LiveAnswer | null> {
  const answer = await fetch(location.href, { headers: { accept: "text/html", "x-koboshi-live": have } });
  if (!answer.ok) return null;
  const isChanges = answer.headers.get("content-type")?.startsWith("application/json") === true;
  return isChanges ? ((await answer.json()) as LiveAnswer) : wholePage(await answer.text());
}

function take(changes: LiveAnswer): void {
  const before = verdict();
  document.querySelector("#stale")?.remove();
  for (const part of main()?.querySelectorAll(".old") ?? []) part.classList.remove("old");
  apply(changes);
  for (const [id, html] of Object.entries(changes.parts)) {
    if (html !== "" && around.get(id) !== html) document.querySelector(`#${id}`)?.replaceWith(parsed(html));
    around.set(id, html);
  }
  document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", changes.icon);
  document.title = changes.title;
  have = changes.have;
  freshAtMs = performance.now();
  if (verdict() !== before) say(verdict());
}

/** A page that does not tell its changes is taken whole. */
function wholePage(text: string): LiveAnswer | null {
  const next = new DOMParser().parseFromString(text, "text/html");
  const fresh = next.querySelector("main");
  if (fresh === null) return null;
  const parts = Object.fromEntries(
    ["nav", "pulse", "alarm"].map((id) => [id, next.querySelector(`#${id}`)?.outerHTML ?? ""]),
  );
  const icon = next.querySelector("link[rel=icon]")?.getAttribute("href") ?? "";
  return { title: next.title, icon, parts, main: fresh.innerHTML, rows: [], have: "" };
}

function verdict(): string {
  return document.querySelector("#verdict")?.textContent ?? "";
}

function say(text: string): void {
  const news = document.querySelector("#news");
  if (news !== null) news.textContent = text;
}

/** What is on the page is old: it says so and turns grey. */
function stale(): void {
  const shown = main();
  const words = pauseButton?.dataset["stale"];
  if (shown === null || words === undefined) return;
  const minutes = Math.max(1, Math.round((performance.now() - freshAtMs) / 60_000));
  let bar = document.querySelector<HTMLElement>("#stale");
  if (bar === null) {
    bar = document.createElement("p");
    bar.id = "stale";
    bar.className = "notice s-warning";
    shown.prepend(bar);
    for (const part of shown.children) if (part !== bar) part.classList.add("old");
  }
  const text = words.replace("#", String(minutes));
  if (bar.textContent !== text) bar.textContent = text;
  say(text);
}

function soon(): void {
  waiting ||= window.setTimeout(refresh, coalesceMs);
}

function listen(): void {
  const stream = new EventSource("/api/v1/events");
  for (const kind of [...eventKinds, "status"]) stream.addEventListener(kind, soon);
  stream.addEventListener("open", soon);
  stream.addEventListener("error", stale);
  setInterval(soon, idleMs);
}

/** The link `koboshi up` prints carries the start token behind `#`, which no server and no log ever sees. */
function signIn(token: string): void {
  const form = document.querySelector<HTMLFormElement>("#login");
  if (form === null) {
    location.replace(`/login#t=${token}`);
    return;
  }
  history.replaceState(null, "", "/login");
  const field = form.querySelector<HTMLInputElement>("[name=token]");
  if (field !== null) field.value = decodeURIComponent(token);
  if (form.querySelector("select") === null) form.submit();
}

/** Opens the search over the page; where its script was not built, the field at the top of the page does the same. */
async function openPalette(which: "search" | "keys"): Promise<void> {
  const url = pauseButton?.dataset["palette"] ?? "";
  if (url === "") {
    document.querySelector<HTMLInputElement>("[role=search] input")?.focus();
    return;
  }
  const { open } = (await import(url)) as typeof import("./palette.ts");
  await open(which);
}

/** single keys, and those after `g` */
const goTo: Readonly<Record<string, string>> = { h: "/", i: "/incidents", s: "/services" };
let pressedGAtMs = -Infinity;

function onKey(event: KeyboardEvent): void {
  const search = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  const single = isSingle(event) && !isTyping(event) && pauseButton?.dataset["keys"] === "on";
  if (!search && !single) return;
  if (search || event.key === "/" || event.key === "?") {
    event.preventDefault();
    void openPalette(event.key === "?" ? "keys" : "search");
  } else follow(event.key);
}

/** `g`, then the page's letter. */
function follow(key: string): void {
  const path = goTo[key];
  if (key === "g") pressedGAtMs = performance.now();
  else if (path !== undefined && performance.now() - pressedGAtMs < secondKeyMs) location.assign(path);
}

function isSingle(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
}

function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest("input,select,textarea,dialog") !== null;
}

function showCopyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy][hidden]")) button.hidden = false;
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = document.querySelector(button.dataset["copy"] ?? "")?.textContent ?? "";
  await navigator.clipboard.writeText(text);
  say(button.dataset["copied"] ?? "");
  button.textContent = button.dataset["copied"] ?? button.textContent;
}

if (pauseButton !== null) {
  pauseButton.hidden = false;
  pauseButton.addEventListener("click", () => {
    paused = !paused;
    pauseButton.textContent = pauseButton.dataset[paused ? "resume" : "pause"] ?? "";
    if (!paused) soon();
  });
  document.addEventListener("keydown", onKey);
}
showCopyButtons();
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-copy]") : null;
  if (button !== null) void copy(button);
});
const token = /^#t=(.+)$/.exec(location.hash)?.[1];
if (token !== undefined) signIn(token);
else if (document.querySelector("#login") === null) listen();
