import { createHash } from "node:crypto";
import fs from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorBody } from "../api/answer.ts";
import { asKoboshiError } from "../api/errors.ts";
import { errorCodes, errorText, KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import { deviceClasses, networkKinds, type DeviceClass, type NewPeopleReport } from "../kernel/ports-people.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { keepLang, pageLang } from "./language.ts";
import { peoplePage } from "./pages/people-reports.tsx";
import { reachServices } from "./reach-services.ts";
import { sendReach, type ReachBody } from "./reach-page.tsx";
import { showPage } from "./read-routes.ts";

const rowsPerPage = 50;

/** What tries the services from the visitor's browser. */
interface ReachScript {
  readonly url: string;
  readonly bytes: Buffer;
}

/** What people said, for administrators. */
export function peopleRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/reports-by-people", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const before = Number(/^[1-9]\d{0,8}$/.exec(queryText(request, "before"))?.[0] ?? Number.NaN);
      const query = { limit: rowsPerPage + 1, ...(Number.isNaN(before) ? {} : { before }) };
      const found = await deps.people.reports(query);
      const reports = found.slice(0, rowsPerPage);
      const next = found.length > rowsPerPage ? (reports.at(-1)?.id ?? null) : null;
      return peoplePage(context, { reports, next, turnedAway: deps.people.turnedAway() });
    }),
  );
}

/**
 * The page on which anyone says whether a service works for them; whole without its script. Only services of the public page
 * are on it, and it tells nobody what others said.
 */
export function reachRoutes(app: FastifyInstance, deps: WebDeps, script: ReachScript | null = loadReachScript()): void {
  const open = { config: { authority: "open" } } as const;

  app.register((scope, _options, done) => {
    scope.setErrorHandler<Error>((thrown, request, reply) => {
      const error = asKoboshiError(thrown);
      if (error.code === "KB1004") deps.log.error("report not taken", { error: errorText(thrown) });
      return refused(deps, { request, reply, error });
    });
    scope.get("/status/reach", open, (request, reply) => {
      const lang = publicLang(request, deps.site());
      keepLang(request, reply);
      const services = shownServices(deps.site());
      const device = deviceOf(request.headers["user-agent"] ?? "");
      const body: ReachBody =
        queryText(request, "thanks") === ""
          ? { kind: "form", services, service: queryText(request, "service"), device }
          : { kind: "thanks" };
      return sendReach(reply, { lang, site: deps.site(), body, script: script?.url ?? null });
    });
    scope.post("/status/reach", open, async (request, reply) => {
      refuseForeign(request, deps.site().url);
      const lang = publicLang(request, deps.site());
      // a field no person sees: whoever filled it in is a program, and is told what a person would be
      if (field(request, "website") === "") {
        const kept = await deps.people.report(reportOf(request, shownServices(deps.site())));
        if (!kept.ok) throw kept.error;
      }
      return reply.redirect(`/status/reach?thanks=1&lang=${lang}`, 303);
    });
    if (script !== null) {
      scope.get("/status/reach.js", open, (_request, reply) =>
        reply
          .header("cache-control", "public, max-age=31536000, immutable")
          .header("x-content-type-options", "nosniff")
          .type("text/javascript; charset=utf-8")
          .send(script.bytes),
      );
    }
    done();
  });
}

/** @throws KoboshiError KB1002 while there is no public page */
function shownServices(site: Site): ReturnType<typeof reachServices> {
  if (site.statusPage === null) throw new KoboshiError("KB1002", { what: "/status/reach" });
  return reachServices(site);
}

function publicLang(request: FastifyRequest, site: Site): Lang {
  return pageLang(request, site.statusPage?.langs[0] ?? site.lang);
}

/** @throws KoboshiError KB3002 for a form that stands on a page of someone else */
function refuseForeign({ headers }: FastifyRequest, siteUrl: string | null): void {
  const fetchSite = headers["sec-fetch-site"];
  if (fetchSite !== undefined && fetchSite !== "same-origin") {
    throw new KoboshiError("KB3002", { cause: "origin", why: "Sec-Fetch-Site" });
  }
  const { origin, host = "" } = headers;
  const own = siteUrl === null ? [] : [new URL(siteUrl).origin];
  if (origin !== undefined && ![`http://${host}`, `https://${host}`, ...own].includes(origin)) {
    throw new KoboshiError("KB3002", { cause: "origin", why: "Origin" });
  }
}

/** @throws KoboshiError KB4305 without a service of the page, or without a word on whether it works */
function reportOf(request: FastifyRequest, services: ReturnType<typeof reachServices>): NewPeopleReport {
  const service = field(request, "service");
  if (!services.some(({ key }) => key === service)) throw new KoboshiError("KB4305", { what: "service" });
  const reach = field(request, "reach");
  if (reach !== "yes" && reach !== "no") throw new KoboshiError("KB4305", { what: "reach" });
  const tried = (["reached", "not-reached"] as const).find((one) => one === field(request, "tried"));
  return {
    service,
    canReach: reach === "yes",
    device: deviceClasses.find((one) => one === field(request, "device")) ?? "unknown",
    network: networkKinds.find((one) => one === field(request, "network")) ?? "unknown",
    isp: field(request, "isp"),
    comment: field(request, "comment"),
    tried: tried ?? null,
    address: request.ip,
  };
}

/** What to preselect; the person may say otherwise. */
function deviceOf(agent: string): DeviceClass {
  if (/iPad|Tablet|Android(?!.*Mobile)/.test(agent)) return "tablet";
  if (/Mobi|iPhone/.test(agent)) return "phone";
  return /Windows NT|Macintosh|X11|CrOS/.test(agent) ? "computer" : "unknown";
}

function refused(
  deps: WebDeps,
  { request, reply, error }: { request: FastifyRequest; reply: FastifyReply; error: KoboshiError },
): FastifyReply {
  const lang = publicLang(request, deps.site());
  const { message, fix } = errorBody(error, lang).error;
  void reply.status(errorCodes[error.code].status);
  return sendReach(reply, { lang, site: deps.site(), body: { kind: "problem", message, fix }, script: null });
}

/** beside the built program; or, when that runs from its sources, in the last build */
const places = ["../assets/reach.js", "../../dist/assets/reach.js"];

/** @returns null when nothing was built: the page is whole without */
function loadReachScript(): ReachScript | null {
  const file = places.map((place) => new URL(place, import.meta.url)).find((url) => fs.existsSync(url));
  if (file === undefined) return null;
  const bytes = fs.readFileSync(file);
  const version = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return { bytes, url: `/status/reach.js?v=${version}` };
}
