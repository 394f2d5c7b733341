import type { Actor } from "../../kernel/event.ts";
import { elapsedMs, stampNow } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { OpenRestore, RestoreAt, RestoreWanted } from "../../kernel/ports-restore.ts";
import type { RestoreOutlook, RestoreRequest } from "../../kernel/ports-recovery.ts";
import { createRestoreDoor } from "../restore/door.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { isSetId } from "../sets/set-id.ts";
import { append, keptOf, type Works } from "./deps.ts";

/** Restores that a person asked for, one at a time for each target; the ledger holds how far they have come. */
export interface Restores {
  outlook(request: RestoreRequest): Promise<RestoreOutlook>;
  /** @returns the run's id as soon as it has begun */
  begin(request: RestoreRequest, by: Actor): Promise<string>;
  stop(): Promise<void>;
}

export function createRestores(works: Works): Restores {
  const quit = new AbortController();
  const under = new Set<Promise<void>>();
  return {
    async outlook(request) {
      const open = await openFor(works, request, { signal: quit.signal, keep: null });
      await open.close();
      return open.look;
    },
    begin(request, by) {
      return new Promise((resolve, reject) => {
        const keep = async (run: RestoreRun): Promise<void> => {
          await works.ledger.transaction((tx) => tx.putRestoreRun(run));
          resolve(run.id);
        };
        const over = carry(works, { request, by, signal: quit.signal, keep }).catch((thrown: unknown) => {
          works.log.error("restore ended with a fault", { plan: request.plan, error: errorText(thrown) });
          reject(thrown instanceof Error ? thrown : new Error(errorText(thrown)));
        });
        under.add(over);
        void over.finally(() => under.delete(over));
      });
    },
    async stop() {
      quit.abort();
      await Promise.all(under);
    },
  };
}

interface Carried {
  readonly request: RestoreRequest;
  readonly by: Actor;
  readonly signal: AbortSignal;
  keep(run: RestoreRun): Promise<void>;
}

async function carry(works: Works, { request, by, signal, keep }: Carried): Promise<void> {
  const { ledger, clock } = works;
  const open = await openFor(works, request, { signal, keep });
  try {
    const { place, target } = open.look;
    const begun = { plan: request.plan, place, target };
    await ledger.transaction((tx) => append(tx, { kind: "restore.started", data: begun, by }));
    const { run } = await open.run(request.confirm);
    const seconds = elapsedMs(run.startedAt, run.endedAt ?? stampNow(clock)) / 1_000;
    const data = { plan: request.plan, state: run.state, seconds, trouble: run.trouble };
    await ledger.transaction((tx) => append(tx, { kind: "restore.ended", data, by }));
  } finally {
    await open.close();
  }
}

function openFor(
  works: Works,
  request: RestoreRequest,
  { signal, keep }: { readonly signal: AbortSignal; readonly keep: Carried["keep"] | null },
): Promise<OpenRestore> {
  const door = createRestoreDoor({
    clock: works.clock,
    site: works.site(),
    looksAt: async (plan) => (await keptOf(works, plan)).copies.flatMap(({ verified }) => verified),
    ...(keep === null ? {} : { keep }),
  });
  door.onProgress(works.say);
  return door.open(wantedOf(request, signal));
}

function wantedOf(request: RestoreRequest, signal: AbortSignal): RestoreWanted {
  const { plan, place, target, folder, only, despite = null } = request;
  return {
    from: { kind: "plan", plan, place },
    at: atOf(request.at),
    target,
    folder,
    only,
    databases: null,
    despite,
    signal,
  };
}

function atOf(text: string): RestoreAt {
  if (text === "latest") return { kind: "latest" };
  const atMs = isSetId(text) ? null : instantMs(text);
  return atMs === null ? { kind: "set", set: text } : { kind: "time", atMs };
}
