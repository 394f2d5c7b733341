import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { pause } from "./process.ts";

const ports = 100;
const httpPort = 21_000;
const httpsPort = 22_000;

/** nginx on every loopback address: target i of N is 127.0.1.(1+i/100), port 21000+i%100, TLS 22000+i%100. */
export interface Targets {
  readonly certificate: string;
  stop(): Promise<void>;
}

export async function startTargets(folder: string): Promise<Targets> {
  const certificate = path.join(folder, "target.pem");
  const privateKey = path.join(folder, "target.key");
  const subject = `-subj /CN=target.test -addext subjectAltName=${subjectNames()} -keyout ${privateKey} -out ${certificate}`;
  const form = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90";
  execFileSync("openssl", `${form} ${subject}`.split(" "), { stdio: "ignore" });
  const config = path.join(folder, "nginx.conf");
  fs.writeFileSync(config, nginxConfig(folder, certificate, privateKey));
  const nginx = spawn("/usr/sbin/nginx", ["-c", config, "-e", path.join(folder, "error.log")], { stdio: "ignore" });
  await answering(httpsPort + ports - 1, nginx);
  return {
    certificate,
    async stop() {
      const ended = once(nginx, "exit");
      nginx.kill("SIGTERM");
      await ended;
    },
  };
}

function subjectNames(): string {
  return Array.from({ length: 10 }, (_, nth) => `IP:127.0.1.${nth + 1}`).join(",");
}

function serverOf(base: number, more: string): string {
  const listens = Array.from({ length: ports }, (_, nth) => `listen ${base + nth} backlog=4096${more};`);
  return `server {\n${listens.join("\n")}\nlocation / { return 200 "OK\\n"; } }`;
}

function nginxConfig(folder: string, certificate: string, privateKey: string): string {
  return `daemon off; worker_processes 2; pid ${folder}/nginx.pid; worker_rlimit_nofile 15000;
events { worker_connections 8192; multi_accept on; }
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder}; ssl_session_tickets off;
ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
${serverOf(httpPort, "")}
${serverOf(httpsPort, " ssl")}
}
`;
}

async function answering(port: number, nginx: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}: are its ports free?`);
    if (await reached(port)) return;
    await pause(100);
  }
  throw new Error("nginx does not answer");
}

function reached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** The address of target `nth` for one kind of check. */
export function targetOf(kind: "http" | "https" | "tcp", nth: number): string {
  const host = `127.0.1.${1 + (Math.floor(nth / 100) % 100)}`;
  const port = (kind === "https" ? httpsPort : httpPort) + (nth % 100);
  return kind === "tcp" ? `${host}:${port}` : `${kind}://${host}:${port}/`;
}
