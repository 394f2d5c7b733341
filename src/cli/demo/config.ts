import type { Lang } from "../../kernel/lang.ts";
import { demoWords } from "../../words/demo.ts";
import type { Company } from "./company.ts";

export interface DemoConfig {
  readonly lang: Lang;
  /** where the hub listens */
  readonly port: number;
  readonly mailPort: number;
  readonly company: Company["ports"];
  /** the log of the database, which the hub follows; left out: it has none */
  readonly dbLog?: string;
}

/** The configuration of the company: what a person would have written. */
export function demoConfig({ lang, port, mailPort, company, dbLog }: DemoConfig): string {
  const say = demoWords(lang);
  const logs = dbLog === undefined ? "" : `, logs: [${JSON.stringify(dbLog)}]`;
  return `version: 1
site: { name: ${say.company}, lang: ${lang}, timezone: Asia/Tokyo, url: "http://127.0.0.1:${port}" }
hub: { listen: "127.0.0.1:${port}", data: ./koboshi-data }

people:
  yamada: { name: ${say.yamada}, mail: yamada@demo.example }
  sato: { name: ${say.sato}, mail: sato@demo.example }

places:
  center: { provider: demo-hosting, account: demo-1 }
  office: { provider: own }
  elsewhere: { provider: demo-cloud, account: demo-2 }

vantages:
  - here
  - { name: office, at: office, token: "\${file:office.token}" }

hosts:
  web1: { at: center${logs} }

services:
  shop:
    name: ${say.shop}
    on: web1
    needs: [db]
    priority: 1
    checks:
      - http: http://127.0.0.1:${company.shop}/
        expect: { status: 200, contains: カートに入れる, within: 2s }
        every: 5s
  db:
    name: ${say.db}
    on: web1
    checks:
      - tcp: "127.0.0.1:${company.db}"
        expect: { banner: ready }
        every: 5s
  mail:
    name: ${say.mail}
    on: web1
    checks: [{ smtp: "127.0.0.1:${company.mail}", every: 5s }]

notify:
  channels:
    mail: { smtp: "smtp://127.0.0.1:${mailPort}", from: koboshi@demo.example }
  escalate:
    default:
      - { after: 0m, tell: yamada, by: [mail] }
      - { after: 10m, tell: sato, by: [mail] }

status_page:
  title: ${say.page}
  langs: [${lang === "ja" ? "ja, en" : "en, ja"}]
  show: [shop, mail]
  publish:
    - { to: ./status-page }
  contact: { phone: "03-0000-0000", hours: 9:00-17:00 }
`;
}
