import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import { ackRoutes } from "./ack-routes.ts";
import { assetRoutes, loadScript } from "./assets.ts";
import { changeRoutes } from "./change-routes.ts";
import type { WebDeps } from "./deps.ts";
import { loginRoutes } from "./login-routes.ts";
import { readRoutes } from "./read-routes.ts";
import { notFoundPages, refusalPages } from "./refusals.ts";

/** Every screen's path. */
export const webPages: readonly string[] = ["/", "/incidents", "/i/:id", "/i/:id/ack", "/login"];

/** Forms are short; what is longer is refused before it is read. */
const longestFormBytes = 64 * 1024;

/** The screens of the administration's listener, and its answer to addresses that are not there. */
export async function registerWeb(app: FastifyInstance, deps: WebDeps): Promise<void> {
  const script = loadScript();
  notFoundPages(app, deps, { frame: true });
  await app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: longestFormBytes });
    refusalPages(scope, deps, { frame: true });
    assetRoutes(scope, script);
    readRoutes(scope, deps, script);
    changeRoutes(scope, deps, script);
    loginRoutes(scope, deps, script);
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
  });
}
