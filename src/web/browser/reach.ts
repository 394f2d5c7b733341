// Tries each service of the page from the visitor's browser and fills the form in with what it found.
const form = document.querySelector<HTMLFormElement>("form[data-try]");
const line = document.querySelector<HTMLElement>("#tried");
const longestMs = 8_000;

if (form !== null && line !== null) void begin(form, line);

async function begin(page: HTMLFormElement, said: HTMLElement): Promise<void> {
  const all = Object.entries(JSON.parse(page.dataset["try"] ?? "{}") as Record<string, string>);
  // from a page over https a browser does not ask without it
  const targets = Object.fromEntries(
    all.filter(([, url]) => location.protocol === "http:" || url.startsWith("https:")),
  );
  const found = new Map<string, boolean>();
  const service = page.elements.namedItem("service") as HTMLSelectElement;

  function show(): void {
    const reached = found.get(service.value);
    const isTarget = targets[service.value] !== undefined;
    const text = reached === undefined ? page.dataset["wait"] : reached ? page.dataset["yes"] : page.dataset["no"];
    said.textContent = isTarget ? (text ?? "") : "";
    (page.elements.namedItem("tried") as HTMLInputElement).value =
      reached === undefined ? "" : reached ? "reached" : "not-reached";
    const choice = page.querySelector<HTMLInputElement>(`input[name=reach][value=${reached === true ? "yes" : "no"}]`);
    const isChosen = page.querySelector("input[name=reach]:checked") !== null;
    if (reached !== undefined && !isChosen && choice !== null) choice.checked = true;
  }

  service.addEventListener("change", show);
  guessNetwork(page);
  show();
  await Promise.all(
    Object.entries(targets).map(async ([key, url]) => {
      found.set(key, await canReach(url));
      show();
    }),
  );
}

/** What another site says stays closed to us; that it says anything is enough. */
async function canReach(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(longestMs);
    await fetch(url, {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
    });
    return true;
  } catch {
    return false;
  }
}

function guessNetwork(page: HTMLFormElement): void {
  const { connection } = navigator as { connection?: { type?: string } };
  const network = page.elements.namedItem("network") as HTMLSelectElement;
  if (connection?.type === "cellular" && network.value === "unknown") network.value = "mobile";
}
