import { commandNames } from "./company/commands.ts";
import { members } from "./company/plan.ts";
import type { ComponentKind } from "../src/kernel/model/component.ts";

/** Where a step may run: every machine, router and switch of the company. */
export const hosts: readonly string[] = members.map(({ name }) => name);

/** What every step finds in its environment: addresses, folders, pid files, and the lab's own commands. */
export const variables: readonly string[] = [
  "SITE_URL",
  "SITE_CERT",
  "SITE_KEY",
  "APP_DATA",
  "MAIL_SPOOL",
  "APP_PID",
  "APACHE_PID",
  "DB_PID",
  "DOVECOT_PID",
  "POSTFIX_PID",
  ...commandNames,
];

/** The names the hub's configuration uses, by kind; a kind that is not here cannot be a cause's place. */
export const components: Readonly<Partial<Record<ComponentKind, readonly string[]>>> = {
  service: ["web", "app", "db", "mail", "neighbour", "other", "ext"],
  host: ["web1", "web2", "host3", "dns1", "ext1", "bk1", "bk2"],
  segment: ["seg1", "seg2"],
  place: ["dc1", "office", "va", "vb", "hq", "store1", "store2"],
  provider: ["p1", "isp-b", "isp-c", "isp-d", "s1", "s2"],
  account: ["omni-1", "omni-s1", "omni-s2"],
  repository: ["bk1", "bk2"],
  vantage: ["here", "pc1", "office", "va", "vb"],
  lan: ["office", "va", "vb", "hq"],
  isp: ["isp-a", "isp-b", "isp-c", "isp-d"],
  domain: ["shop.test", "neighbour.test", "other.test"],
  cert: ["shop.test", "mail.shop.test"],
};
