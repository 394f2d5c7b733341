import type { FastifyRequest } from "fastify";
import { readCookie } from "../api/sessions.ts";

export const themes = ["system", "light", "dark", "contrast"] as const;
export const densities = ["roomy", "compact"] as const;

/** How pages look on one device; kept in its browser and nowhere else. */
export interface Look {
  readonly theme: (typeof themes)[number];
  readonly density: (typeof densities)[number];
  /** single keys do something */
  readonly shortcuts: boolean;
}

const cookieName = "koboshi-look";
const yearSeconds = 31_536_000;

/** What the browser kept; what it does not know is as usual. */
export function lookOf(request: FastifyRequest): Look {
  return parseLook((readCookie(request.headers.cookie, cookieName) ?? "").split("."));
}

export function parseLook([theme, density, keys]: readonly (string | undefined)[]): Look {
  return {
    theme: themes.find((one) => one === theme) ?? "system",
    density: densities.find((one) => one === density) ?? "roomy",
    shortcuts: keys !== "off",
  };
}

export function lookCookie({ theme, density, shortcuts }: Look): string {
  const value = [theme, density, shortcuts ? "on" : "off"].join(".");
  return `${cookieName}=${value}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax`;
}
