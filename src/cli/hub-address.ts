import path from "node:path";
import { readSite } from "./local-site.ts";

interface Asked {
  readonly server: string | undefined;
  readonly tokenFile: string | undefined;
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where the hub listens and which token file opens it: flags, then the environment, then the configuration file. */
export function hubAddress({ server, tokenFile, configPath, env }: Asked): { url: string; tokenFile: string } {
  const site = readSite(configPath);
  const listen = site?.hub.listen ?? { host: "127.0.0.1", port: 7373 };
  const host = /^(0\.0\.0\.0|::)$/.test(listen.host) ? "127.0.0.1" : listen.host;
  const written = host.includes(":") ? `[${host}]` : host;
  const folder = site?.hub.dataFolder ?? path.resolve(path.dirname(configPath), "koboshi-data");
  return {
    url: server ?? env["KOBOSHI_SERVER"] ?? `http://${written}:${listen.port}`,
    tokenFile: tokenFile ?? env["KOBOSHI_TOKEN_FILE"] ?? path.join(folder, "cli-token"),
  };
}
