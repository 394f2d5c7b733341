/** One thing that comes back as a whole: a service's data, or one unit of a set. */
export interface RestoreJob {
  readonly key: string;
  /** over the link */
  readonly fetchSeconds: number;
  /** on disk and processor after its fetch: databases, indexes */
  readonly loadSeconds: number;
  /** importance, 0 or more */
  readonly weight: number;
  /** keys of jobs that must answer before it can */
  readonly needs: readonly string[];
  /** comes before everything that is not, whatever it costs */
  readonly must?: boolean;
}

/** Importance by the number in the file, 1 the first. Source: RECOVERY §4: must 30, high 10, normal 3, low 1, none 0. */
export function weightOf(priority: number): number {
  return [30, 10, 3, 1, 0][Math.min(5, Math.max(1, Math.round(priority))) - 1] ?? 0;
}

/** How long it keeps link and disk busy, the one half hidden behind the other. */
export function busySeconds({ fetchSeconds, loadSeconds }: RestoreJob): number {
  return Math.max(fetchSeconds, loadSeconds) + Math.min(fetchSeconds, loadSeconds) / 4;
}

/** Every job with all it needs, itself included. Needs that are not restored, and circles, are let go. */
export function closures(jobs: readonly RestoreJob[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  return new Map(
    jobs.map(({ key }) => {
      const found = new Set<string>();
      const open = [key];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const job = byKey.get(next);
        if (job === undefined || found.has(next)) continue;
        found.add(next);
        open.push(...job.needs);
      }
      return [key, found] as const;
    }),
  );
}
