import type { Workplace } from "../workplace/workplace.ts";
import { askByCurl, type CurlSaid } from "./curl.ts";
import type { CanaryStore, LossWay } from "./store.ts";

const methods: Readonly<Partial<Record<LossWay, string>>> = { delete: "DELETE", overwrite: "POST", put: "PUT" };

/**
 * A REST server of restic's, asked from the writer's machine. Source: restic, «REST Backend», API version 1.
 * @param url as restic writes it, without `rest:`
 * @param ca file over there with authorities of one's own; null: none
 */
export function restStore(workplace: Workplace, url: string, ca: string | null = null): CanaryStore {
  const base = new URL(url);
  const login = [base.username, base.password].map((part) => decodeURIComponent(part)).join(":");
  base.username = "";
  base.password = "";
  const secrets = [login.slice(login.indexOf(":") + 1)];
  const folder = base.href.replace(/\/*$/, "");

  function ask(method: string, name: string, body: string | null): Promise<CurlSaid> {
    return askByCurl(workplace, {
      url: `${folder}/${name}`,
      method,
      body,
      headers: body === null ? [] : [["Content-Type", "application/octet-stream"]],
      login: login === ":" ? null : login,
      ca,
      secrets,
    });
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
    remove: async (name) => (await ask("DELETE", name, null)).answer,
  };
}
