import fs from "node:fs";
import { connect, openDriver, type Connection } from "../../src/storage/ledger/sqlite.ts";

type Values = Readonly<Record<string, string | number | null>>;

/** Columns as Uptime Kuma 2 has them, as far as anything of ours looks at them, and a few that nothing looks at. */
const tables: Readonly<Record<string, string>> = {
  monitor: `id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN DEFAULT 1, user_id INTEGER, interval INTEGER DEFAULT 60, url TEXT, type TEXT,
    weight INTEGER DEFAULT 2000, hostname TEXT, port INTEGER, created_date DATETIME, keyword TEXT, maxretries INTEGER DEFAULT 0,
    ignore_tls BOOLEAN DEFAULT 0, upside_down BOOLEAN DEFAULT 0, maxredirects INTEGER DEFAULT 10,
    accepted_statuscodes_json TEXT DEFAULT '["200-299"]', dns_resolve_type TEXT, dns_resolve_server TEXT, retry_interval INTEGER DEFAULT 0,
    push_token TEXT, method TEXT DEFAULT 'GET', body TEXT, headers TEXT, basic_auth_user TEXT, basic_auth_pass TEXT, docker_host INTEGER,
    docker_container TEXT, proxy_id INTEGER, database_connection_string TEXT, database_query TEXT, auth_method TEXT, description TEXT,
    parent INTEGER, invert_keyword BOOLEAN DEFAULT 0, json_path TEXT, expected_value TEXT, timeout DOUBLE DEFAULT 48, smtp_security TEXT,
    ws_subprotocol TEXT, conditions TEXT DEFAULT '[]', game TEXT`,
  notification:
    "id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN DEFAULT 1, user_id INTEGER, is_default BOOLEAN, config TEXT",
  tag: "id INTEGER PRIMARY KEY, name TEXT, color TEXT",
  monitor_tag: "id INTEGER PRIMARY KEY, monitor_id INTEGER, tag_id INTEGER, value TEXT",
  group: "id INTEGER PRIMARY KEY, name TEXT, public BOOLEAN, active BOOLEAN, weight INTEGER, status_page_id INTEGER",
  monitor_group: "id INTEGER PRIMARY KEY, monitor_id INTEGER, group_id INTEGER, weight INTEGER, send_url BOOLEAN",
  status_page: "id INTEGER PRIMARY KEY, slug TEXT, title TEXT, description TEXT, published BOOLEAN",
  maintenance: `id INTEGER PRIMARY KEY, title TEXT, description TEXT, user_id INTEGER, active BOOLEAN DEFAULT 1, strategy TEXT, start_date DATETIME,
    end_date DATETIME, weekdays TEXT, timezone TEXT`,
  monitor_maintenance: "id INTEGER PRIMARY KEY, monitor_id INTEGER, maintenance_id INTEGER",
  heartbeat: "id INTEGER PRIMARY KEY, monitor_id INTEGER, status INTEGER, msg TEXT, time DATETIME, ping INTEGER",
};

export interface KumaFile {
  insert(table: string, row: Values): void;
  readonly connection: Connection;
  close(): void;
}

/** A database as Uptime Kuma 2 keeps one, empty. */
export function createKumaFile(file: string, left: readonly string[] = []): KumaFile {
  fs.rmSync(file, { force: true });
  const connection = connect(openDriver(file), (thrown) => thrown);
  for (const [name, columns] of Object.entries(tables)) {
    if (!left.includes(name)) connection.exec(`CREATE TABLE "${name}" (${columns})`);
  }
  return {
    connection,
    insert(table, row) {
      const names = Object.keys(row);
      const holes = names.map(() => "?").join(",");
      connection.prepare(`INSERT INTO "${table}" (${names.join(",")}) VALUES (${holes})`).run(Object.values(row));
    },
    close: () => connection.close(),
  };
}

/** A small company's settings: one of nearly everything. */
export function fillKumaFile({ insert }: KumaFile): void {
  const monitors: readonly Values[] = [
    { id: 1, name: "Web", type: "group" },
    {
      id: 2,
      name: "ショップ",
      type: "http",
      url: "https://shop.example.jp/",
      parent: 1,
      interval: 30,
      timeout: 24,
      maxretries: 2,
      description: "line one\nline two: [x]",
    },
    {
      id: 3,
      name: "Login",
      type: "keyword",
      url: "https://user:hunter2@app.example.jp/login",
      keyword: "ログイン",
      parent: 1,
      accepted_statuscodes_json: '["200-299","401"]',
    },
    {
      id: 4,
      name: "API",
      type: "json-query",
      url: "https://api.example.jp/v1",
      method: "POST",
      body: '{"q":1}',
      headers: '{"X-Api-Key":"topsecret","Accept":"application/json"}',
      json_path: "$.ok",
      expected_value: "true",
      basic_auth_user: "api",
      basic_auth_pass: "s3cr3t",
      auth_method: "basic",
    },
    { id: 5, name: "DB port", type: "port", hostname: "db.example.jp", port: 5432 },
    { id: 6, name: "gateway", type: "ping", hostname: "192.0.2.1" },
    {
      id: 7,
      name: "zone",
      type: "dns",
      hostname: "example.jp",
      dns_resolve_type: "MX",
      dns_resolve_server: "1.1.1.1",
      port: 53,
    },
    {
      id: 8,
      name: "nightly",
      type: "push",
      interval: 86400,
      push_token: "pushtokensecret",
      maxretries: 1,
      retry_interval: 600,
    },
    {
      id: 9,
      name: "orders",
      type: "postgres",
      database_connection_string: "postgres://mon:dbpassword@db.example.jp:5432/orders",
      database_query: "SELECT 1",
    },
    { id: 10, name: "shopdb", type: "mysql", database_connection_string: "mysql://root@db.example.jp/shop" },
    {
      id: 11,
      name: "cache",
      type: "redis",
      database_connection_string: "redis://:redispassword@cache.example.jp:6379",
    },
    { id: 12, name: "relay", type: "smtp", hostname: "mail.example.jp", port: 587, smtp_security: "starttls" },
    { id: 13, name: "container", type: "docker", docker_container: "nginx", docker_host: 1 },
    { id: 14, name: "game", type: "steam", hostname: "192.0.2.5", port: 27015, game: "csgo" },
    { id: 15, name: "must be down", type: "http", url: "http://192.0.2.9/", upside_down: 1 },
    { id: 16, name: "asleep", type: "http", url: "http://192.0.2.8/", active: 0 },
    { id: 17, name: "self-signed", type: "http", url: "https://192.0.2.7/", ignore_tls: 1, maxredirects: 0 },
    { id: 18, name: "with token", type: "http", url: "https://api.example.jp/?api_token=plainsecret" },
    { id: 19, name: "live", type: "websocket-upgrade", url: "wss://live.example.jp/socket" },
    { id: 20, name: "intranet", type: "http", url: "http://intranet/", proxy_id: 1 },
  ];
  for (const monitor of monitors) insert("monitor", monitor);
  insert("tag", { id: 1, name: "prod", color: "#fff" });
  insert("monitor_tag", { id: 1, monitor_id: 2, tag_id: 1, value: "tokyo" });
  insert("notification", {
    id: 1,
    name: "Mail",
    config: JSON.stringify({
      type: "smtp",
      smtpHost: "smtp.example.jp",
      smtpPort: 465,
      smtpSecure: true,
      smtpUsername: "kuma",
      smtpPassword: "mailpassword",
      smtpFrom: "kuma@example.jp",
      smtpTo: "Aiko <aiko@example.jp>, ben@example.jp",
    }),
  });
  insert("notification", {
    id: 2,
    name: "Hook",
    config: JSON.stringify({ type: "webhook", webhookURL: "https://hooks.example.jp/abcdef0123456789" }),
  });
  insert("notification", {
    id: 3,
    name: "Chat",
    config: JSON.stringify({ type: "telegram", telegramBotToken: "telegramsecret" }),
  });
  insert("status_page", { id: 1, slug: "main", title: "稼働状況", published: 1 });
  insert("status_page", { id: 2, slug: "inner", title: "社内", published: 1 });
  insert("group", { id: 1, name: "Services", status_page_id: 1, weight: 1 });
  insert("monitor_group", { id: 1, monitor_id: 3, group_id: 1, weight: 2 });
  insert("monitor_group", { id: 2, monitor_id: 2, group_id: 1, weight: 1 });
  insert("maintenance", {
    id: 1,
    title: "停電",
    strategy: "single",
    start_date: "2027-01-10 02:00:00",
    end_date: "2027-01-10 05:00:00",
  });
  insert("maintenance", { id: 2, title: "weekly", strategy: "recurring-weekday" });
  insert("monitor_maintenance", { id: 1, monitor_id: 2, maintenance_id: 1 });
  insert("heartbeat", { id: 1, monitor_id: 2, status: 1, msg: "200 - OK", time: "2026-11-21 00:00:00", ping: 12 });
}

/** Everything in it that is secret: none of it may be seen anywhere. */
export const kumaSecrets = [
  "hunter2",
  "topsecret",
  "s3cr3t",
  "pushtokensecret",
  "dbpassword",
  "redispassword",
  "plainsecret",
  "mailpassword",
  "abcdef0123456789",
  "telegramsecret",
];
