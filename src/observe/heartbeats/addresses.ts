import { timingSafeEqual } from "node:crypto";
import type { PingTarget } from "../../kernel/model/job.ts";

/** The name of a job as the last part of an address: `Nightly batch` → `nightly-batch`. */
export function slugOf(key: string): string {
  const slug = key.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  // a name without a single latin letter stays as it is
  return /[a-z0-9]/.test(slug) ? slug : key;
}

/** What a new job may be called. Source: Healthchecks, «slug»: lower case letters, digits, underscores and hyphens. */
export function isNewSlug(slug: string): boolean {
  return /^[a-z0-9_-]{1,100}$/.test(slug);
}

interface Addressed {
  readonly key: string;
  readonly uuid: string;
}

/** @returns the job's key; `create`: nobody has this name yet and the sender asks for it */
export function findJob(
  target: PingTarget,
  { jobs, pingKey }: { readonly jobs: readonly Addressed[]; readonly pingKey: string },
): { readonly found: string } | "not-found" | "ambiguous" | "create" {
  if ("uuid" in target) {
    const uuid = target.uuid.toLowerCase();
    const job = jobs.find((one) => one.uuid === uuid);
    return job === undefined ? "not-found" : { found: job.key };
  }
  if (!sameKey(target.key, pingKey)) return "not-found";
  const exact = jobs.find(({ key }) => key === target.slug);
  if (exact !== undefined) return { found: exact.key };
  const [first, second] = jobs.filter(({ key }) => slugOf(key) === target.slug.toLowerCase());
  if (second !== undefined) return "ambiguous";
  if (first !== undefined) return { found: first.key };
  return target.create ? "create" : "not-found";
}

/** Takes as long for a near miss as for a wrong guess. */
function sameKey(shown: string, key: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
