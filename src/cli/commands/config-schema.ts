import { configJsonSchema } from "../../config/index.ts";
import type { Command } from "../command.ts";

export const configSchema: Command = {
  name: "config schema",
  summary: { ja: "設定の JSON Schema(エディターの補完用)", en: "the configuration's JSON Schema, for editors" },
  usage: "",
  examples: [
    "koboshi config schema > koboshi.schema.json",
    "koboshi config schema --json",
    "koboshi config explain services.*.checks.*.every",
  ],
  run() {
    const schema = configJsonSchema();
    return Promise.resolve({ exit: 0, json: { jsonSchema: schema }, text: JSON.stringify(schema, null, 2) });
  },
};
