import { eventKinds } from "../../kernel/event.ts";

// Keeps an open page fresh: when something happened, the page is fetched again and its main part replaced. Everything
// here is a comfort; without it every page is complete.

/** several events in a row are one refresh */
const coalesceMs = 1_000;
/** without news the ages on the page still grow old; and a dead hub must be noticed */
const idleMs = 30_000;

const main = (): HTMLElement | null => document.querySelector("main");
const pauseButton = document.querySelector<HTMLButtonElement>("#pause");
let paused = false;
let waiting = 0;
let freshAtMs = performance.now();

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

/** The new content keeps what was unfolded and, where the same thing is still there, the focus. */
function replaceMain(fresh: HTMLElement): void {
  const shown = main();
  if (shown === null) return;
  const focused = shown.querySelector(":focus")?.outerHTML;
  const open = [...shown.querySelectorAll("details")].map((details) => details.open);
  shown.replaceWith(fresh);
  fresh.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  if (focused === undefined) return;
  const same = [...fresh.querySelectorAll<HTMLElement>("a,button,summary")].find((one) => one.outerHTML === focused);
  same?.focus({ preventScroll: true });
}

async function refresh(): Promise<void> {
  waiting = 0;
  if (paused || inUse()) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.querySelector("main");
    if (!answer.ok || fresh === null) return stale();
    if (inUse()) return;
    const before = verdict();
    replaceMain(fresh);
    for (const part of ["#pulse", "link[rel=icon]", "nav ul"]) swap(part, next);
    document.title = next.title;
    freshAtMs = performance.now();
    if (verdict() !== before) say(verdict());
  } catch {
    stale();
  }
}

function swap(part: string, next: Document): void {
  const found = next.querySelector(part);
  if (found !== null) document.querySelector(part)?.replaceWith(found);
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

if (pauseButton !== null) {
  pauseButton.hidden = false;
  pauseButton.addEventListener("click", () => {
    paused = !paused;
    pauseButton.textContent = pauseButton.dataset[paused ? "resume" : "pause"] ?? "";
    if (!paused) soon();
  });
}
const token = /^#t=(.+)$/.exec(location.hash)?.[1];
if (token !== undefined) signIn(token);
else if (document.querySelector("#login") === null) listen();
