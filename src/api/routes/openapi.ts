import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";

/** Describes every route registered after it, at `/api/v1/openapi.json`. */
export async function openapiRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "koboshi", version, description: "Server failure response and recovery" },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "an API token, or the hub's own cli-token" },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get("/api/v1/openapi.json", { schema: { summary: "This description" } }, () => app.swagger());
}
