import type { JobAddress } from "../kernel/model/job.ts";
import type { Site } from "../kernel/model/site.ts";

export interface PingUrls {
  /** the job's own */
  readonly url: string;
  /** by the site's key and the job's name */
  readonly urlBySlug: string;
  /** for what knows Uptime Kuma's push monitors */
  readonly pushUrl: string;
}

/** Where a job calls: the public address when there is one, else this machine. */
export function pingUrls({ uuid, pingKey, slug }: JobAddress, { url, hub }: Pick<Site, "url" | "hub">): PingUrls {
  const { host, port } = hub.public ?? hub.listen;
  const named = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const base = url ?? `http://${named}:${port}`;
  return {
    url: `${base}/ping/${uuid}`,
    urlBySlug: `${base}/ping/${pingKey}/${encodeURIComponent(slug)}`,
    pushUrl: `${base}/api/push/${uuid}`,
  };
}
