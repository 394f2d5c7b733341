import type { FastifyReply, FastifyRequest } from "fastify";
import { errorCodes, KoboshiError } from "../kernel/errors.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import type { Result } from "../kernel/result.ts";
import { explainError } from "../words/errors.ts";

/** The body of every refusal. */
export function errorBody(error: KoboshiError, lang: Lang): { error: { code: string; message: string; fix: string } } {
  const { message, fix } = explainError(error.code, error.facts, lang);
  return { error: { code: error.code, message, fix } };
}

/** The language a program asked for: `?lang=`, then Accept-Language, then the site's. */
export function langOf(request: FastifyRequest, fallback: Lang): Lang {
  const asked = (request.query as Record<string, unknown> | undefined)?.["lang"];
  const known = langs.find((lang) => lang === asked);
  if (known !== undefined) return known;
  const preferred = (request.headers["accept-language"] ?? "").split(",").map((part) => part.trim().slice(0, 2));
  return langs.find((lang) => lang === preferred.find((part) => langs.some((one) => one === part))) ?? fallback;
}

/** Sends a verb's result: its value through `render`, or its refusal with the code's status. */
export function answer<T>(
  reply: FastifyReply,
  result: Result<T, KoboshiError>,
  { lang, render }: { lang: Lang; render: (value: T) => unknown },
): FastifyReply {
  if (result.ok) return reply.send(render(result.value));
  return refuse(reply, result.error, lang);
}

export function refuse(reply: FastifyReply, error: KoboshiError, lang: Lang): FastifyReply {
  return reply.status(errorCodes[error.code].status).send(errorBody(error, lang));
}
