import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { FeedSpec, Host, Place, Provider, Site } from "../../src/kernel/model/site.ts";
import { createFeeds, type Feeds } from "../../src/observe/feeds/feeds.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { unlooked } from "./bare-site.ts";
import { watchedSite } from "./watched-site.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface FeedBench {
  readonly ledger: Ledger;
  readonly site: Site;
  /** what the provider's server answers, by path */
  readonly answers: Map<string, Answer | ((request: http.IncomingMessage) => Answer)>;
  readonly asked: { readonly path: string; readonly headers: http.IncomingHttpHeaders }[];
  readonly url: string;
  feeds(): Feeds;
  /** ends this run and opens another on the same ledger */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface FeedBenchWanted {
  feeds(url: string): readonly FeedSpec[];
  readonly places?: readonly Place[];
  readonly hosts?: readonly Partial<Host>[];
}

/** A provider's web server on this machine, and a hub's feeds that read it. */
export async function openFeedBench({ feeds: specs, places = [], hosts = [] }: FeedBenchWanted): Promise<FeedBench> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-feeds-"));
  const clock = createSystemClock();
  const answers: FeedBench["answers"] = new Map();
  const asked: FeedBench["asked"][number][] = [];
  const server = http.createServer((request, response) => {
    const where = request.url ?? "/";
    asked.push({ path: where, headers: request.headers });
    const found = answers.get(where);
    const answer = typeof found === "function" ? found(request) : found;
    response.writeHead(answer?.status ?? (answer === undefined ? 404 : 200), answer?.headers ?? {});
    response.end(answer?.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = {
    key: "sakura-vps",
    support: { phone: null, account: null, console: null },
    links: [],
    feeds: specs(url),
  };
  const site: Site = {
    ...watchedSite({ services: {} }),
    providers: new Map([[provider.key, provider]]),
    places: new Map(places.map((place) => [place.key, place])),
    hosts: new Map(hosts.map((host) => [host.key ?? "", hostOf(host)])),
  };
  const ledger = await openLedger({ folder, clock, log: silent });
  const open = (): Promise<Feeds> => createFeeds({ clock, ledger, log: silent, site: () => site });
  let feeds = await open();
  return {
    ledger,
    site,
    answers,
    asked,
    url,
    feeds: () => feeds,
    async restart() {
      await feeds.stop();
      feeds = await open();
    },
    async close() {
      await feeds.stop();
      await ledger.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hostOf(host: Partial<Host>): Host {
  return {
    key: "web1",
    at: null,
    address: null,
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    ...unlooked,
    ...host,
  };
}
