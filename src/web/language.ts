import type { FastifyReply, FastifyRequest } from "fastify";
import { langOf } from "../api/answer.ts";
import { readCookie } from "../api/sessions.ts";
import { langs, type Lang } from "../kernel/lang.ts";

const cookieName = "koboshi-lang";
const yearSeconds = 31_536_000;

/** The language of a page: what was asked for in the address, chosen before, preferred by the browser, or the site's. */
export function pageLang(request: FastifyRequest, siteLang: Lang): Lang {
  const chosen = langs.find((lang) => lang === readCookie(request.headers.cookie, cookieName));
  return askedLang(request) ?? chosen ?? langOf(request, siteLang);
}

/** Keeps a language asked for in the address in the browser, nowhere else. */
export function keepLang(request: FastifyRequest, reply: FastifyReply): void {
  const asked = askedLang(request);
  if (asked === undefined) return;
  void reply.header("set-cookie", `${cookieName}=${asked}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax`);
}

function askedLang(request: FastifyRequest): Lang | undefined {
  const asked = (request.query as Record<string, unknown> | undefined)?.["lang"];
  return langs.find((lang) => lang === asked);
}
