import path from "node:path";
import type { HubSpec } from "../kernel/model/site.ts";
import { readSite } from "./local-site.ts";

interface Asked {
  readonly server: string | undefined;
  readonly tokenFile: string | undefined;
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface HubAddress {
  readonly url: string;
  readonly tokenFile: string;
  /** the certificate it shows, where its configuration is at hand; null: plain http, or a hub named otherwise */
  readonly certFile: string | null;
}

/** Where the hub listens and which token file opens it: flags, then the environment, then the configuration file. */
export function hubAddress({ server, tokenFile, configPath, env }: Asked): HubAddress {
  const site = readSite(configPath);
  const folder = site?.hub.dataFolder ?? path.resolve(path.dirname(configPath), "koboshi-data");
  const named = server ?? env["KOBOSHI_SERVER"];
  return {
    ...(named === undefined ? listening(site?.hub) : { url: named, certFile: null }),
    tokenFile: tokenFile ?? env["KOBOSHI_TOKEN_FILE"] ?? path.join(folder, "cli-token"),
  };
}

/** An address that means every address is reached over loopback. */
function listening(hub: Pick<HubSpec, "listen" | "tls"> | undefined): Pick<HubAddress, "url" | "certFile"> {
  const { host, port } = hub?.listen ?? { host: "127.0.0.1", port: 7373 };
  const reached = /^(0\.0\.0\.0|::)$/.test(host) ? "127.0.0.1" : host;
  const written = reached.includes(":") ? `[${reached}]` : reached;
  const tls = hub?.tls;
  if (tls === undefined) return { url: `http://${written}:${port}`, certFile: null };
  return { url: `https://${written}:${port}`, certFile: tls.cert };
}
