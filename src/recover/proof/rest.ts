import { safeText } from "../../clients/safe-text.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { CanaryStore, LossWay } from "./store.ts";

const limitSeconds = 30;
const methods: Readonly<Partial<Record<LossWay, string>>> = { delete: "DELETE", overwrite: "POST", put: "PUT" };

/**
 * A REST server of restic's, asked from the writer's machine by its curl; address and password go by its input, so that no
 * list of processes shows them. Source: restic, «REST Backend», API version 1.
 * @param url as restic writes it, without `rest:`
 */
export function restStore(workplace: Workplace, url: string): CanaryStore {
  const base = new URL(url);
  const login = [base.username, base.password].map((part) => decodeURIComponent(part)).join(":");
  base.username = "";
  base.password = "";
  const secret = login.slice(login.indexOf(":") + 1);

  async function ask(
    method: string,
    name: string,
    body: string | null,
  ): Promise<{ readonly status: number | null; readonly body: string; readonly answer: string }> {
    const config = [
      ["url", `${base.href.replace(/\/*$/, "")}/${name}`],
      ["request", method],
      ["max-time", String(limitSeconds)],
      ["write-out", "\\n%{http_code}"],
      ...(login === ":" ? [] : [["user", login]]),
      ...(body === null
        ? []
        : [
            ["data-binary", body],
            ["header", "Content-Type: application/octet-stream"],
          ]),
    ];
    const input = config
      .map(([key = "", value = ""]) => `${key} = "${value.replaceAll(/["\\]/g, "\\$&").replace("\\\\n%", "\\n%")}"\n`)
      .join("");
    const said = await workplace.run(
      { argv: ["curl", "-q", "-sS", "-K", "-"] },
      { input, timeoutMs: (limitSeconds + 5) * 1_000 },
    );
    if (said.code !== 0)
      return {
        status: null,
        body: "",
        answer: safeText(said.stderr === "" ? `curl ${said.code}` : said.stderr, [secret]),
      };
    const at = said.stdout.lastIndexOf("\n");
    const status = Number(said.stdout.slice(at + 1));
    return { status, body: said.stdout.slice(0, at), answer: String(status) };
  }

  return {
    put: async (name, text) => (await ask("POST", name, text)).answer,
    async read(name) {
      const { status, body } = await ask("GET", name, null);
      if (status === 200) return { text: body };
      return status === 404 ? "gone" : "unreadable";
    },
    ways: ["delete", "overwrite", "put"],
    lose: async (way, name, other) =>
      (await ask(methods[way] ?? "DELETE", name, way === "delete" ? null : other)).answer,
  };
}
