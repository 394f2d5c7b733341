import { stringify } from "yaml";
import type { Site } from "../../kernel/model/site.ts";
import { writeDuration } from "../../kernel/units.ts";
import type { CopyGroup } from "./gather.ts";

export interface AdoptedRepository {
  readonly tool: "restic" | "borg";
  readonly repo: string;
  /** key of the place it lies at */
  readonly place: string;
}

/** A promise that the copies' own pace can keep: two gaps and an hour. */
const gapsAllowed = 2;
const hourMs = 3_600_000;

/**
 * Lines for `backups:` of the configuration, as text to be read and confirmed by a person. The password is named, never
 * written; with `adopt: true` nothing is ever written to the repository.
 */
export function suggestYaml(
  group: CopyGroup,
  { tool, repo, place }: AdoptedRepository,
  site: Pick<Site, "hosts">,
): string {
  const host = hostKey(group.host, site);
  const name = keyOf(
    group.series ??
      (group.tags[0] || `${host}-${group.paths[0]?.split("/").findLast((part) => part !== "") ?? "data"}`),
  );
  const at = crontabOf(group);
  const plan = {
    of: { host, ...(absolute(group).length > 0 ? { paths: absolute(group) } : {}) },
    with: tool,
    password: `\${file:/etc/koboshi/${name}.password}`,
    ...(at === null ? {} : { at }),
    to: [{ at: place, repo, adopt: true }],
    ...(group.medianGapMs === null
      ? {}
      : {
          target: { lose_at_most: writeDuration(Math.ceil((gapsAllowed * group.medianGapMs) / hourMs + 1) * hourMs) },
        }),
  };
  return stringify({ backups: { [name]: plan } }, { lineWidth: 0 });
}

function absolute({ paths }: CopyGroup): readonly string[] {
  return paths.filter((path) => path.startsWith("/")).map((path) => (path === "/" ? path : path.replace(/\/+$/, "")));
}

/** The file's name for the machine, when it has one. */
function hostKey(host: string, { hosts }: Pick<Site, "hosts">): string {
  const short = host.split(".")[0] ?? host;
  const known = [...hosts.values()].find(({ key, address }) => [host, short].includes(key) || address === host);
  return known?.key ?? keyOf(short);
}

function keyOf(text: string): string {
  const key = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
  return key === "" ? "adopted" : key;
}

function crontabOf({ cadence, usualMinute, newestAtMs }: CopyGroup): string | null {
  if (cadence === "hourly") return "0 * * * *";
  if (usualMinute === null || newestAtMs === null) return null;
  const time = `${usualMinute % 60} ${Math.floor(usualMinute / 60)}`;
  // which day of the week or month is told by the copies themselves; a day late is no news for them
  return cadence === "daily" ? `${time} * * *` : null;
}
