import type { Site } from "../../kernel/model/site.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { Book } from "./book.ts";
import { coverOf } from "./cover.ts";
import { windowEvent } from "./watch.ts";

/**
 * Makes what windows come to what the file says now: a place gained a host, a service moved, a host is gone. Once the work is
 * over nothing is added: what came later was not worked on.
 */
export async function followTargets(book: Book, site: Site): Promise<void> {
  const other = book.alive().filter(({ window }) => isOther(window, reachOf(window, site)));
  if (other.length === 0) return;
  await book.change(async (change) => {
    for (const { window } of other) {
      const kept = await change.find(window.id);
      const reach = kept === null ? null : reachOf(kept.window, site);
      if (kept === null || reach === null || !isOther(kept.window, reach)) continue;
      const next = { ...kept.window, ...reach };
      await change.put({ window: next, watch: kept.watch, events: [windowEvent("window.changed", next)] });
    }
  });
}

type Reach = Pick<Window, "hosts" | "services">;

function reachOf(window: Window, site: Site): Reach {
  const { hosts, services } = coverOf(site, window.targets);
  if (window.state !== "verifying") return { hosts, services };
  return {
    hosts: window.hosts.filter((key) => site.hosts.has(key)),
    services: window.services.filter((key) => site.services.has(key)),
  };
}

function isOther(window: Reach, reach: Reach): boolean {
  return [window.hosts, window.services].join(";") !== [reach.hosts, reach.services].join(";");
}
