import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import PostalMime, { type Email } from "postal-mime";

export interface MailboxPostfix {
  /** for MAIL_CONFIG, so that /usr/sbin/sendmail hands to this one */
  readonly config: string;
  /** what has been delivered to a person of example.jp, oldest first */
  mailbox(name: string): Promise<readonly { raw: string; mail: Email }[]>;
  stop(): void;
}

/**
 * A real Postfix of its own on 127.0.0.1, offering STARTTLS with a certificate nobody vouches for as Debian's does, that
 * delivers example.jp into mailboxes below a temporary folder.
 */
export async function startMailboxPostfix(port: number): Promise<MailboxPostfix> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mailbox-"));
  fs.chmodSync(folder, 0o755); // its daemons run as another user
  const at = (name: string): string => path.join(folder, name);
  for (const name of ["config", "queue", "data", "box"]) fs.mkdirSync(at(name));
  execFileSync("chown", ["postfix", at("data"), at("box")]);
  const subject = ["-subj", "/CN=relay.example.jp", "-days", "2"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", at("key"), "-out", at("cert")];
  execFileSync("/usr/bin/openssl", made, { stdio: "ignore" });
  fs.writeFileSync(at("config/main.cf"), mainOf(folder));
  fs.writeFileSync(at("config/master.cf"), masterOf(port));
  execFileSync("/usr/sbin/postfix", ["-c", at("config"), "start"], { stdio: "pipe" });
  const pid = Number(fs.readFileSync(at("queue/pid/master.pid"), "utf8"));
  const stop = (): void => {
    process.off("exit", stop);
    execFileSync("/usr/sbin/postfix", ["-c", at("config"), "abort"], { stdio: "pipe" });
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", stop);
  await greets(port, pid);
  return { config: at("config"), mailbox: (name) => readMailbox(at(`box/${name}/new`)), stop };
}

function mainOf(folder: string): string {
  const uid = fs.statSync(path.join(folder, "box")).uid;
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
myhostname = relay.example.jp
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_tls_cert_file = ${folder}/cert
smtpd_tls_key_file = ${folder}/key
smtpd_tls_security_level = may
alias_maps =
virtual_mailbox_domains = example.jp
virtual_mailbox_base = ${folder}/box
virtual_mailbox_maps = inline:{ { yamada@example.jp = yamada/ }, { sato@example.jp = sato/ } }
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${uid}
`;
}

function masterOf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
`;
}

async function greets(port: number, pid: number): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (Date.now() < deadlineMs) {
    const greeting = await new Promise<string>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("data", (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
      socket.once("error", () => resolve(""));
    });
    if (greeting.startsWith("220 relay.example.jp")) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`postfix (pid ${pid}) does not greet on port ${port}`);
}

async function readMailbox(folder: string): Promise<{ raw: string; mail: Email }[]> {
  if (!fs.existsSync(folder)) return [];
  const files = fs
    .readdirSync(folder)
    .map((name) => path.join(folder, name))
    .sort((a, b) => fs.statSync(a).mtimeMs - fs.statSync(b).mtimeMs || a.localeCompare(b));
  const raws = files.map((file) => fs.readFileSync(file, "utf8"));
  return Promise.all(raws.map(async (raw) => ({ raw, mail: await PostalMime.parse(raw) })));
}
