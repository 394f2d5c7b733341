import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, until } from "../doubles/hub-process.ts";
import { runServer } from "../doubles/server-process.ts";
import { askMachine } from "../doubles/why-machine.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-why-web-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A folder in place of /etc/NAME with these files. */
function etc(name: string, files: Readonly<Record<string, string>>): string {
  const root = path.join(folder, name);
  fs.rmSync(root, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return root;
}

const nginxConf = "error_log stderr;\npid /dev/null;\nevents { worker_connections 64; }\nhttp {\n  access_log off;\n";
const modules = "/usr/lib/apache2/modules";
const load = (names: readonly string[]): string =>
  names.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so\n`).join("");
const apacheBase = `ServerName test\nServerRoot /etc/apache2\nDefaultRuntimeDir ${folder}\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/apache.log\n`;

test("nginx's own word on its configuration, and how long it waits with the line that says so", async () => {
  const wrong = etc("nginx", {
    "nginx.conf": `${nginxConf}  server { listen 8080; proxy_pass http://127.0.0.1:1; } }\n`,
  });
  const seen = await askMachine("why,web", { inPlace: { "/etc/nginx": wrong } });
  assert.equal(seen.answers.web?.nginx?.isFine, false);
  assert.match(seen.answers.web?.nginx?.said ?? "", /"proxy_pass" directive is not allowed here.*:6/);
  const fine = etc("nginx", {
    "nginx.conf": `${nginxConf}  include /etc/nginx/conf.d/*.conf;\n}\n`,
    "conf.d/shop.conf":
      "server {\n  listen 8081;\n  location / {\n    proxy_pass http://127.0.0.1:1;\n    proxy_read_timeout 5s;\n  }\n  location /php { fastcgi_pass 127.0.0.1:2; }\n}\n",
  });
  const { web } = (await askMachine("why,web", { inPlace: { "/etc/nginx": fine } })).answers;
  assert.deepEqual(web?.nginx?.isFine, true);
  const waits = (web?.timeouts ?? []).filter(({ program }) => program === "nginx");
  assert.deepEqual(
    waits.map(({ setting, seconds, where }) => [setting, seconds, where]),
    [
      ["proxy_read_timeout", 5, "/etc/nginx/conf.d/shop.conf:5"],
      ["fastcgi_read_timeout", 60, null],
    ],
  );
});

test("Apache: where a proxy's patience comes from, and how many workers are busy", async () => {
  const port = await freePort();
  const conf = etc("apache2", {
    "apache2.conf": `${load(["mpm_event", "authz_core", "status", "proxy", "proxy_http"])}${apacheBase}Timeout 42\nMaxRequestWorkers 25\nInclude ports.conf\nInclude sites-enabled/*.conf\n<Location /server-status>\n  SetHandler server-status\n</Location>\n`,
    "ports.conf": `Listen 127.0.0.1:${port}\n`,
    "sites-enabled/shop.conf": `ProxyPass /app http://127.0.0.1:1/\n`,
  });
  const server = runServer("unshare", [
    "-m",
    "sh",
    "-c",
    `mount --bind '${conf}' /etc/apache2 && exec apache2 -D FOREGROUND`,
  ]);
  try {
    await until("apache answers", async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/server-status?auto`).catch(() => null);
      return answer?.ok === true ? true : undefined;
    });
    const { web } = (await askMachine("why,web", { inPlace: { "/etc/apache2": conf } })).answers;
    assert.ok(web?.apache?.isFine === true, web?.apache?.said);
    assert.deepEqual(
      web.timeouts.filter(({ program }) => program === "apache"),
      [
        {
          program: "apache",
          setting: "ProxyTimeout",
          seconds: 42,
          where: "/etc/apache2/apache2.conf:11",
          inheritedFrom: "Timeout",
        },
      ],
    );
    assert.ok(web.workers !== null && web.workers.most >= 25);
    assert.ok(web.workers.busy >= 1, "the question itself keeps one busy");
    assert.ok(web.sizes.some(({ setting, value }) => setting === "MaxRequestWorkers" && value === "25"));
  } finally {
    await server.stop();
  }
});

test("Apache's own word on what is wrong, and a patience that is written", async () => {
  const conf = etc("apache2", {
    "apache2.conf": `${load(["mpm_event", "authz_core", "proxy", "proxy_http"])}${apacheBase}Include sites-enabled/*.conf\n`,
    "sites-enabled/shop.conf": "ProxyPass /app http://127.0.0.1:1/\nProxyTimeout 7\nNoSuchDirective on\n",
  });
  const { web } = (await askMachine("why,web", { inPlace: { "/etc/apache2": conf } })).answers;
  assert.equal(web?.apache?.isFine, false);
  assert.match(web?.apache?.said ?? "", /Invalid command 'NoSuchDirective'/);
  assert.deepEqual(
    web?.timeouts.map(({ setting, seconds, where }) => [setting, seconds, where]),
    [["ProxyTimeout", 7, "/etc/apache2/sites-enabled/shop.conf:2"]],
  );
});
