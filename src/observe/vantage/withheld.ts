import { z } from "zod";
import { defineProbe } from "../../kernel/model/probe.ts";
import { notSeen } from "../attempt.ts";

/** Stands for a check that needs a secret this vantage is not given: it says so at each turn, so that the gap is seen. */
export const withheldProbe = defineProbe({
  kind: "withheld",
  summary: { ja: "秘密の値を渡されていない監視項目", en: "A check whose secret was not handed out" },
  schema: z.strictObject({}),
  urlSchemes: [],
  fromUrl: () => ({}),
  target: () => "",
  hosts: () => [],
  run: async () => ({ ...notSeen("secret-not-shared", "from:", 0), facts: { withheld: "secret" } }),
});
