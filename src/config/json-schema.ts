import { z } from "zod";
import { RootConfig } from "./schema.ts";

/** The language as JSON Schema, for editors (yaml-language-server) and `config schema`: what may be written, with the texts in both languages. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(RootConfig, {
    io: "input",
    target: "draft-7", // what yaml-language-server reads
    override: ({ jsonSchema }) => {
      const { ja, en } = jsonSchema as { ja?: string; en?: string };
      for (const own of ["ja", "en", "later", "secret", "unit", "kind", "ofKind"])
        delete (jsonSchema as Record<string, unknown>)[own];
      if (ja !== undefined && en !== undefined) jsonSchema.description = `${en} / ${ja}`;
    },
  });
  return { ...schema, title: "koboshi.yml" };
}
