import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { PageFile } from "../inform/index.ts";
import type { PageKeeper } from "./page-keeper.ts";

/** Serves the newest edition of the public page from memory; a reader that has it already is told so. */
export function statusPageRoutes(app: FastifyInstance, page: Pick<PageKeeper, "files">): void {
  const tags = new WeakMap<PageFile, string>();
  app.get("/status", { config: { authority: "open" } }, (_request, reply) => reply.redirect("/status/", 308));
  app.get("/status/*", { config: { authority: "open" } }, async (request, reply) => {
    const { "*": rest } = request.params as { "*": string };
    const file = page.files().get(rest === "" ? "index.html" : rest);
    if (file === undefined) return reply.callNotFound();
    const tag = tags.get(file) ?? `"${createHash("sha256").update(file.body).digest("base64url")}"`;
    tags.set(file, tag);
    void reply.header("etag", tag).header("cache-control", "no-cache").header("x-content-type-options", "nosniff");
    if (request.headers["if-none-match"] === tag) return reply.status(304).send();
    return reply.type(file.contentType).send(file.body);
  });
}
