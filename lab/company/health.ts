import type { HubLine } from "./hub-line.ts";

interface Status {
  readonly verdict: string;
  readonly services: readonly {
    readonly key: string;
    readonly checks: readonly {
      readonly id: string;
      readonly state: string;
      readonly cells: readonly { readonly vantage: string; readonly state: string }[];
    }[];
  }[];
  readonly vantages: readonly { readonly name: string; readonly state: string }[];
  readonly incidents: readonly { readonly id: number; readonly title: unknown; readonly state: string }[];
}

interface Items<T> {
  readonly items: readonly T[];
}

interface HostAnswer {
  readonly key: string;
  readonly by: string | null;
  readonly state: string;
}

const pollMs = 250;

/** Whether all is well, as the hub sees it: what is not, in a line each. */
export async function troubles(hub: HubLine): Promise<string[]> {
  const status = await hub.get<Status>("/api/v1/status");
  const signals = await hub.get<Items<{ kind: string; subject: string }>>("/api/v1/signals");
  const hosts = await hub.get<Items<HostAnswer>>("/api/v1/hosts");
  const cells = status.services.flatMap(({ checks }) =>
    checks.flatMap(({ id, cells: seen }) =>
      seen.filter(({ state }) => state !== "ok").map(({ vantage, state }) => `check ${id} from ${vantage}: ${state}`),
    ),
  );
  return [
    ...status.vantages.filter(({ state }) => state !== "ok").map(({ name, state }) => `vantage ${name}: ${state}`),
    ...cells,
    ...status.incidents
      .filter(({ state }) => state !== "resolved")
      .map(({ id, title }) => `incident ${id}: ${JSON.stringify(title)}`),
    ...hosts.items
      .filter(({ by, state }) => by !== null && state !== "ok")
      .map(({ key, state }) => `host ${key}: ${state}`),
    ...signals.items.map(({ kind, subject }) => `signal ${kind} of ${subject}`),
  ];
}

export async function waitForHealth(hub: HubLine, limitMs: number): Promise<{ ok: boolean; why: string[] }> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const why = await troubles(hub).catch((thrown: unknown) => [String(thrown)]);
    if (why.length === 0) return { ok: true, why };
    if (performance.now() >= deadlineMs) return { ok: false, why };
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
