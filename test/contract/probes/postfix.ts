import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Pem } from "./certificates.ts";
import { accepting } from "./listeners.ts";

export interface PostfixPorts {
  /** greets in clear and offers STARTTLS */
  readonly plain: number;
  /** TLS from the first byte */
  readonly wrapped: number;
}

/** Runs a real Postfix of its own: configuration, queue, data and log in one temporary folder. @returns how to end it */
export async function startPostfix({ plain, wrapped }: PostfixPorts, { cert, key }: Pem): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-postfix-"));
  fs.chmodSync(folder, 0o755);
  const at = (name: string): string => path.join(folder, name);
  for (const name of ["config", "queue", "data"]) fs.mkdirSync(at(name));
  execFileSync("chown", ["postfix", at("data")]);
  fs.writeFileSync(
    at("config/main.cf"),
    `compatibility_level = 3.6
queue_directory = ${at("queue")}
data_directory = ${at("data")}
maillog_file = ${at("mail.log")}
maillog_file_prefixes = ${folder}
myhostname = mail.shop.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_tls_cert_file = ${cert}
smtpd_tls_key_file = ${key}
smtpd_tls_security_level = may
`,
  );
  fs.writeFileSync(
    at("config/master.cf"),
    `127.0.0.1:${plain} inet n - n - - smtpd
127.0.0.1:${wrapped} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
`,
  );
  const command = (verb: string): Promise<unknown> =>
    promisify(execFile)("/usr/sbin/postfix", ["-c", at("config"), verb]);
  await command("start");
  const pid = Number(fs.readFileSync(at("queue/pid/master.pid"), "utf8"));
  const kill = (): void => {
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // it has ended already
    }
  };
  process.once("exit", kill);
  await Promise.all([accepting(plain), accepting(wrapped)]);
  return async () => {
    await command("stop");
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
