import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import { accessRoutes } from "./account-routes.ts";
import { ackRoutes } from "./ack-routes.ts";
import { assetRoutes, loadScript } from "./assets.ts";
import { backupWebRoutes } from "./backup-routes.ts";
import { channelWebRoutes } from "./channel-routes.ts";
import { changeRoutes } from "./change-routes.ts";
import { configRoutes } from "./config-routes.ts";
import type { WebDeps } from "./deps.ts";
import { feedWebRoutes } from "./feed-routes.ts";
import { firstRunRoutes } from "./first-run-routes.ts";
import { hostWebRoutes } from "./host-routes.ts";
import { hardwareWebRoutes } from "./hardware-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { learnedWebRoutes } from "./learned-routes.ts";
import { logWebRoutes } from "./log-routes.ts";
import { pathRoutes } from "./path-routes.ts";
import { peopleRoutes, reachRoutes } from "./people-routes.ts";
import { createPast } from "./past.ts";
import { readRoutes } from "./read-routes.ts";
import { reportWebRoutes } from "./report-routes.ts";
import { notFoundPages, refusalPages } from "./refusals.ts";
import { shellRoutes } from "./shell-routes.ts";
import { survivalWebRoutes } from "./survival-routes.ts";
import { thingChanges } from "./thing-changes.ts";
import { thingRoutes } from "./thing-routes.ts";
import { windowWebRoutes } from "./window-routes.ts";

/** Every screen's path. */
export const webPages: readonly string[] = [
  "/",
  "/incidents",
  "/services",
  "/services/:key",
  "/checks",
  "/checks/:check",
  "/vantages",
  "/hardware",
  "/hardware/:host",
  "/jobs",
  "/jobs/:key",
  "/backups",
  "/backups/:key",
  "/backups/:key/restore",
  "/backups/:key/tidy",
  "/restores/:id",
  "/calendar",
  "/calendar/new",
  "/calendar/:id",
  "/calendar/:id/move",
  "/feeds",
  "/feeds/:id",
  "/hosts",
  "/hosts/:key",
  "/survival",
  "/learned",
  "/logs",
  "/map",
  "/search",
  "/look",
  "/more",
  "/i/:id",
  "/i/:id/ack",
  "/start",
  "/login",
  "/settings",
  "/settings/account",
  "/settings/people",
  "/settings/tokens",
  "/settings/audit",
  "/settings/config",
  "/settings/config/edit",
  "/settings/channels",
  "/reports",
  "/paths",
  "/reports-by-people",
  "/i/:id/report",
];

/** Forms are short; what is longer is refused before it is read. */
const longestFormBytes = 64 * 1024;

/** The screens of the administration's listener, and its answer to addresses that are not there. */
export async function registerWeb(app: FastifyInstance, deps: WebDeps): Promise<void> {
  const script = loadScript();
  const shown = { script, past: createPast(deps) };
  notFoundPages(app, deps, { frame: true });
  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: longestFormBytes });
    refusalPages(scope, deps, { frame: true });
    assetRoutes(scope, script);
    readRoutes(scope, deps, shown);
    thingRoutes(scope, deps, shown);
    thingChanges(scope, deps, shown);
    shellRoutes(scope, deps, shown);
    changeRoutes(scope, deps, script);
    hardwareWebRoutes(scope, deps, script);
    jobRoutes(scope, deps, script);
    backupWebRoutes(scope, deps, script);
    feedWebRoutes(scope, deps, script);
    hostWebRoutes(scope, deps, script);
    learnedWebRoutes(scope, deps, script);
    logWebRoutes(scope, deps, script);
    pathRoutes(scope, deps, script);
    peopleRoutes(scope, deps, script);
    accessRoutes(scope, deps, script);
    reportWebRoutes(scope, deps, script);
    firstRunRoutes(scope, deps, script);
    configRoutes(scope, deps, script);
    channelWebRoutes(scope, deps, script);
    survivalWebRoutes(scope, deps, script);
    windowWebRoutes(scope, deps, script);
  });
  await registerLinks(app, deps);
}

/** What the public listener shows of the screens: the links in notices, and nothing that leads further. */
export async function registerPublicWeb(app: FastifyInstance, deps: WebDeps): Promise<void> {
  notFoundPages(app, deps, { frame: false });
  await registerLinks(app, deps);
}

async function registerLinks(app: FastifyInstance, deps: WebDeps): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: longestFormBytes });
    refusalPages(scope, deps, { frame: false });
    ackRoutes(scope, deps);
    reachRoutes(scope, deps);
  });
}
