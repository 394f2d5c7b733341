import { z } from "zod";

// What the lab reads of the hub: only what the contract of the API says, as any outside program would.

/** A hub's API with the right to read it and to end incidents. */
export interface HubApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

const Cause = z.object({
  id: z.string(),
  component: z.string().nullable(),
  probability: z.number(),
});

const Diagnosis = z.object({
  seconds: z.number(),
  scope: z.object({ id: z.string(), reach: z.string() }),
  causes: z.array(Cause),
  stoppedBecause: z.string().nullable(),
});

const Incident = z.object({
  id: z.number(),
  state: z.string(),
  severity: z.string(),
  quiet: z.boolean(),
  subject: z.string(),
  diagnosis: Diagnosis.nullish(),
  timeline: z.array(z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })).default([]),
});
export type SeenIncident = z.infer<typeof Incident>;

const Signal = z.object({ id: z.string(), kind: z.string(), subject: z.string(), incidentId: z.number().nullable() });
export type SeenSignal = z.infer<typeof Signal>;

const Check = z.object({
  id: z.string(),
  cells: z.array(
    z.object({
      vantage: z.string(),
      last: z
        .object({
          outcome: z.string(),
          layer: z.string().nullable(),
          error: z.object({ code: z.string() }).nullable(),
          timings: z.record(z.string(), z.number()),
        })
        .nullable(),
    }),
  ),
});
const Host = z.object({
  key: z.string(),
  state: z.string(),
  silence: z.object({ reason: z.string() }).nullable(),
  findings: z.array(z.object({ kind: z.string(), item: z.string().nullable(), severity: z.string() })),
});
const Job = z.object({ key: z.string(), state: z.string() });
const Vantage = z.object({ name: z.string(), state: z.string() });

/** What a look showed: a word for its result, and how long it took where that was measured. */
export interface Reading {
  readonly word: string;
  readonly tookMs: number | null;
}

export interface HubView {
  /** the incidents with a higher number than `after`, whole, oldest first */
  incidents(after: number): Promise<readonly SeenIncident[]>;
  /** the highest number an incident has; 0 without one */
  newestIncident(): Promise<number>;
  /** Opens an incident as a person who was telephoned would; nobody is woken. @returns its number */
  report(subject: string, text: string): Promise<number>;
  /** one incident, whole */
  incident(id: number): Promise<SeenIncident>;
  /** Ends it, as a person would. */
  close(id: number): Promise<void>;
  /** the open ones */
  signals(): Promise<readonly SeenSignal[]>;
  /** Ends, as a person would, every open incident that only lines of a log keep open. @returns their numbers */
  closeTheBook(): Promise<readonly number[]>;
  /** Ends, as a person would, all work that is noted or announced, so that nothing is held any more. @returns the windows' numbers */
  endWork(): Promise<readonly number[]>;
  /** every newest look of every check, host, job and vantage, by what was looked at */
  readings(): Promise<ReadonlyMap<string, Reading>>;
}

const mostRecent = 20;
/** A line of a log stays news for half an hour after it was last written; nothing that can be healed keeps it open. */
export const lastingKind = "log";
const closingReason = "the lab has restored the company";

/** @param without causes that the hub's diagnoses are to do without */
export function createHubView(hub: HubApi, without: readonly string[] = []): HubView {
  async function incident(id: number): Promise<SeenIncident> {
    const seen = Incident.parse(await hub.get(`/api/v1/incidents/${id}`));
    const isDiagnosed = seen.diagnosis?.stoppedBecause !== "scope-only";
    if (without.length === 0 || !isDiagnosed) return seen;
    const path = `/api/v1/incidents/${id}/diagnosis?without=${without.join(",")}`;
    const { causes } = z.object({ causes: z.array(Cause) }).parse(await hub.get(path));
    return { ...seen, diagnosis: seen.diagnosis && { ...seen.diagnosis, causes } };
  }

  /** One that ends by itself meanwhile is closed, too. */
  async function close(id: number): Promise<void> {
    try {
      await hub.post(`/api/v1/incidents/${id}/resolve`, { reason: closingReason });
    } catch (thrown) {
      if ((await incident(id)).state !== "resolved") throw thrown;
    }
  }
  const list = <Item extends z.ZodType>(path: string, item: Item): Promise<z.output<Item>[]> => listed(hub, path, item);
  const numbers = async (): Promise<number[]> =>
    (await list(`/api/v1/incidents?limit=${mostRecent}`, z.object({ id: z.number() }))).map(({ id }) => id);

  return {
    async report(subject, text) {
      const opened = await hub.post("/api/v1/incidents", { subject, text, severity: "info" });
      return z.object({ id: z.number() }).parse(opened).id;
    },
    incident,
    close,
    newestIncident: async () => Math.max(0, ...(await numbers())),
    async incidents(after) {
      const found = (await numbers()).filter((id) => id > after).toSorted((a, b) => a - b);
      return Promise.all(found.map(incident));
    },
    signals: () => list("/api/v1/signals", Signal),
    async closeTheBook() {
      const signals = await list("/api/v1/signals", Signal);
      const open = await list("/api/v1/incidents?state=open", z.object({ id: z.number() }));
      const lasting = open
        .map(({ id }) => id)
        .filter((id) => signals.every(({ incidentId, kind }) => incidentId !== id || kind === lastingKind));
      for (const id of lasting) await close(id);
      return lasting;
    },
    async endWork() {
      const states = "state=preparing&state=open&state=verifying";
      const windows = await list(`/api/v1/windows?${states}`, z.object({ id: z.number(), state: z.string() }));
      for (const window of windows) await endWindow(hub, window);
      return windows.map(({ id }) => id);
    },
    readings: () => readingsOf(hub),
  };
}

async function listed<Item extends z.ZodType>(hub: HubApi, path: string, item: Item): Promise<z.output<Item>[]> {
  return z.object({ items: z.array(item) }).parse(await hub.get(path)).items;
}

async function readingsOf(hub: HubApi): Promise<ReadonlyMap<string, Reading>> {
  const [checks, seenHosts, jobs, vantages] = await Promise.all([
    listed(hub, "/api/v1/checks", Check),
    listed(hub, "/api/v1/hosts", Host),
    listed(hub, "/api/v1/jobs", Job),
    listed(hub, "/api/v1/vantages", Vantage),
  ]);
  return new Map([
    ...checks.flatMap(checkReadings),
    ...seenHosts.map((host) => [`host ${host.key}`, plain(hostWord(host))] as const),
    ...jobs.map(({ key, state }) => [`job ${key}`, plain(state)] as const),
    ...vantages.map(({ name, state }) => [`vantage ${name}`, plain(state)] as const),
  ]);
}

/** Work that is over is signed for, whatever the checks after it say. */
async function endWindow(hub: HubApi, { id, state }: { id: number; state: string }): Promise<void> {
  const verb = state === "verifying" ? "sign" : "cancel";
  await hub.post(`/api/v1/windows/${id}/${verb}`, { reason: closingReason });
}

function plain(word: string): Reading {
  return { word, tookMs: null };
}

function checkReadings({ id, cells }: z.infer<typeof Check>): (readonly [string, Reading])[] {
  return cells.flatMap(({ vantage, last }) => {
    if (last === null) return [];
    const word = [last.outcome, last.layer, last.error?.code].filter((part) => part !== null && part !== undefined);
    const tookMs = Math.max(0, ...Object.values(last.timings));
    return [[`check ${id} from ${vantage}`, { word: word.join(" "), tookMs }] as const];
  });
}

function hostWord({ state, silence, findings }: z.infer<typeof Host>): string {
  const found = findings.map(({ kind, item, severity }) => [kind, item, severity].filter(Boolean).join(" "));
  return [state, silence?.reason, ...found.toSorted()].filter(Boolean).join(", ");
}
