import { errorText } from "../../src/kernel/errors.ts";

/** The hub's API, as far as copies need it. */
export interface CopyDesk {
  get<T>(route: string): Promise<T>;
  post<T>(route: string, body?: unknown): Promise<T>;
}

/** The backups of the hub's file. */
export const plans: readonly string[] = ["bk1", "bk2"];

interface Run {
  readonly set: string;
  readonly state: string;
  readonly endedAt: string | null;
  readonly trouble: { readonly code: string; readonly text: string } | null;
}

/** Copies give way to everything else: on a machine with other work they take minutes. */
const limitMs = 240_000;
const pollMs = 250;
/** What the hub refuses a second run of one plan with. */
const alreadyRuns = "KB8001";

/** Has the hub make a copy now, as it does at night, and waits for its end. @returns what became of it */
export async function makeCopy(desk: CopyDesk, plan: string): Promise<string> {
  const { get } = desk;
  const deadlineMs = performance.now() + limitMs;
  const { set } = await begun(desk, plan, deadlineMs);
  for (;;) {
    const { runs, running } = await get<{ runs: readonly Run[]; running: readonly Run[] }>(`/api/v1/backups/${plan}`);
    const run = runs.find((one) => one.set === set);
    if (run?.endedAt && running.length === 0) {
      const why = run.trouble === null ? "" : `: ${run.trouble.code} ${run.trouble.text.slice(0, 200)}`;
      return `${plan}: ${run.state}${why}`;
    }
    if (performance.now() > deadlineMs) throw new Error(`${plan}: no end within ${limitMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** A run that the hub began by itself goes first. */
async function begun({ post }: CopyDesk, plan: string, deadlineMs: number): Promise<{ readonly set: string }> {
  for (;;) {
    try {
      return await post<{ set: string }>(`/api/v1/backups/${plan}/run`);
    } catch (thrown) {
      if (!errorText(thrown).includes(alreadyRuns) || performance.now() > deadlineMs) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
