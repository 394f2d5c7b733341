import type { Stamp } from "../../kernel/clock.ts";
import type { Actor } from "../../kernel/event.ts";
import { noCourse, type Window, type WindowCourse, type WindowState } from "../../kernel/model/window.ts";
import type { NewWindow } from "../../kernel/ports-prevent.ts";
import type { Change } from "./book.ts";
import type { Cover } from "./cover.ts";
import { newWatch, windowEvent, type Watch } from "./watch.ts";

/** A window to be, with what its targets come to. */
export interface Making {
  readonly wanted: NewWindow & { readonly endMs: number };
  readonly cover: Pick<Cover, "hosts" | "services">;
  readonly actor: Actor;
  readonly watch?: Partial<Watch>;
}

/** Writes it down as planned. */
export async function makeWindow(change: Change, making: Making): Promise<Window> {
  return write(change, making, { state: "planned", course: noCourse });
}

/** What begins with the work over: a start nobody planned, the end of a recovery. */
export async function makeVerifying(change: Change, making: Making): Promise<Window> {
  const { now } = change;
  const rebooted = making.wanted.origin === "reboot" ? making.cover.hosts : [];
  const course = { ...noCourse, startedAt: now, backAt: now, rebooted };
  const watch = { ...making.watch, holdsSince: now, graceMs: 0 };
  return write(change, { ...making, watch }, { state: "verifying", course });
}

async function write(
  { tx, now, add }: Change,
  { wanted, cover, actor, watch }: Making,
  { state, course }: { readonly state: WindowState; readonly course: WindowCourse },
): Promise<Window> {
  const { hosts, services } = cover;
  const window = await add(
    { ...wanted, version: 1, state, hosts, services, course, heldSignals: 0, ...madeBy(actor, now) },
    { ...newWatch, ...watch },
  );
  const { origin, reference, startMs, endMs, timeZone, targets, isPublic } = wanted;
  const facts = { origin, reference, startMs, endMs, timeZone, targets, hosts, services, isPublic };
  await tx.append(windowEvent("window.planned", window, { actor, ...facts }));
  return window;
}

function madeBy(actor: Actor, now: Stamp): Pick<Window, "createdAt" | "createdBy" | "closedAt" | "signature"> {
  return { createdAt: now, createdBy: actor, closedAt: null, signature: null };
}
