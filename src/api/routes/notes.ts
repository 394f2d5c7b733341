import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { stampNow } from "../../kernel/clock.ts";
import type { Actor, EventKind } from "../../kernel/event.ts";
import type { ProviderWord } from "../../kernel/ports-feeds.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import type { ApiDeps } from "../deps.ts";
import { windowOfNote, type WindowNote } from "../note-window.ts";
import { ErrorJson } from "../schemas.ts";

const kinds = ["change", "window", "restore"] as const;
const eventOf = { change: "change.noted", window: "window.noted", restore: "restore.noted" } as const satisfies Record<
  (typeof kinds)[number],
  EventKind
>;

const Body = z.object({ kind: z.enum(kinds), text: z.string().trim().min(1).max(4_000) });
const NotedJson = z.object({ id: z.int(), kind: z.enum(kinds), text: z.string(), actor: z.string(), at: z.string() });
const HeldJson = z.object({ id: z.int(), start: z.string(), end: z.string(), targets: z.array(z.string()) });
const AnswerJson = NotedJson.extend({
  window: HeldJson.nullable().meta({ description: "the window planned by it; null: it holds no alarms" }),
});

type NoteDeps = Pick<ApiDeps, "site" | "clock" | "ledger" | "windows"> & { readonly feeds: ProviderWord };

/** Changes, windows and restores written by hand. Work that says on what and when is planned as a window, too. */
export function noteRoutes(app: FastifyInstance, deps: NoteDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/notes",
    schema: {
      summary: "Record a change, a window or a restore",
      body: Body,
      response: { 200: AnswerJson, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { kind, text } = request.body;
      const actor = actorOf(request);
      const at = stampNow(deps.clock);
      const noted = await deps.ledger.transaction(async (tx) => {
        const stored = await tx.insertNoted({ kind, text, actor, at });
        await tx.append({ kind: eventOf[kind], actor, incidentId: null, data: { id: stored.id, text } });
        return stored;
      });
      const window = kind === "window" ? await planned(deps, { text, atMs: at.atMs, actor }) : null;
      return { id: noted.id, kind, text, actor, at: rfc3339(at.atMs, deps.site().timeZone), window };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/changes",
    schema: {
      summary: "Changes written by hand, newest first",
      response: { 200: z.object({ items: z.array(NotedJson.extend({ kind: z.literal("change") })), next: z.null() }) },
    },
    handler: async () => {
      const zone = deps.site().timeZone;
      const found = await deps.ledger.read.notes("change");
      const items = found.map(({ id, text, actor, at }) => ({
        id,
        kind: "change" as const,
        text,
        actor,
        at: rfc3339(at.atMs, zone),
      }));
      return { items, next: null };
    },
  });
}

/** A note is kept whatever it says: what cannot be planned holds nothing. */
async function planned(
  { site, windows, feeds }: NoteDeps,
  { actor, ...note }: WindowNote & { readonly actor: Actor },
): Promise<z.input<typeof HeldJson> | null> {
  const wanted = windowOfNote(note, { site: site(), announced: feeds.current() });
  const made = wanted === null ? null : await windows.add({ wanted, actor });
  if (made === null || !made.ok) return null;
  const { id, startMs, endMs, targets } = made.value;
  const [start, end] = [startMs, endMs].map((ms) => rfc3339(ms, site().timeZone)) as [string, string];
  return { id, start, end, targets: [...targets] };
}
