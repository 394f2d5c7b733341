import type { FastifyRequest } from "fastify";
import { identityOf } from "../api/access.ts";
import { elapsedMs, stampNow, type Stamp } from "../kernel/clock.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import { duration } from "../words/format.ts";
import { actorName } from "../words/timeline.ts";
import { webWords } from "../words/web.ts";
import type { WebDeps } from "./deps.ts";
import { pageLang } from "./language.ts";
import { lookOf, type Look } from "./look.ts";

/** What every page is written with. */
export interface PageContext {
  readonly lang: Lang;
  readonly site: Site;
  readonly now: Stamp;
  readonly say: ReturnType<typeof webWords>;
  /** the path and query this page was asked by */
  readonly url: string;
  /** who may change something from this page; null: reading only */
  readonly viewer: Viewer | null;
  readonly look: Look;
}

interface Viewer {
  /** `person:yamada` */
  readonly actor: string;
  readonly name: string;
  /** must come back in every changing form */
  readonly csrf: string;
}

export function pageContext(deps: WebDeps, request: FastifyRequest): PageContext {
  const site = deps.site();
  const lang = pageLang(request, site.lang);
  const identity = identityOf(request);
  const csrf = identity?.csrf ?? null;
  return {
    lang,
    site,
    now: stampNow(deps.clock),
    say: webWords(lang),
    url: request.url,
    look: lookOf(request),
    viewer:
      identity === null || csrf === null
        ? null
        : { actor: identity.actor, name: actorName(site, identity.actor, lang), csrf },
  };
}

/** How long ago, `19分`, by the clock no step can move. */
export function age(context: PageContext, stamp: Stamp): string {
  return duration(elapsedMs(stamp, context.now), context.lang);
}

/** What people here call someone: a key, `auto`, or an actor. */
export function who(context: PageContext, key: string): string {
  return actorName(context.site, key, context.lang);
}
