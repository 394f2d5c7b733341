import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Made a month ago, so that a host whose clock is behind finds them valid, too. */
const earlier = { LD_PRELOAD: "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", FAKETIME: "-30d" };
const openssl = (words: readonly string[]) => run("openssl", words, { env: { ...process.env, ...earlier } });

const days = 365;

/** Everyone's keys: an authority with one below it, certificates of the three names, SSH keys, tokens of the vantages. */
export async function makeKeys(folder: string, vantages: readonly string[]): Promise<void> {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => path.join(folder, name);
  await authority(at, { name: "root", subject: "/O=Omni/CN=Omni Root", by: null });
  await authority(at, { name: "middle", subject: "/O=Omni/CN=Omni Issuing", by: "root" });
  await Promise.all([
    certificate(at, "shop", ["shop.test", "www.shop.test"]),
    certificate(at, "mail", ["mail.shop.test"]),
    certificate(at, "hub", ["hub.test", "hub"]),
    selfSigned(at, "bmc", "bmc-web1.test"),
    ...["read", "host-web1", "backup", "host-bk1"].map((name) =>
      run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]),
    ),
  ]);
  for (const name of vantages) fs.writeFileSync(at(`token-${name}`), randomBytes(24).toString("hex"), { mode: 0o600 });
}

/** `SHA256:…` of web1's SSH host key. */
export async function hostKeyOf(folder: string): Promise<string> {
  const { stdout } = await run("ssh-keygen", ["-l", "-f", path.join(folder, "host-web1.pub")]);
  return stdout.split(" ")[1] ?? "";
}

type At = (name: string) => string;

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

async function authority(at: At, { name, subject, by }: { name: string; subject: string; by: string | null }) {
  const extensions = [
    "-addext",
    "basicConstraints=critical,CA:TRUE",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign",
  ];
  const own = ["-subj", subject, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`), ...extensions];
  await openssl(["req", "-x509", "-days", String(days * 5), ...newKey, ...own, ...signedBy(at, by)]);
}

async function certificate(at: At, name: string, names: readonly string[]): Promise<void> {
  const alternatives = `subjectAltName=${names.map((one) => `DNS:${one}`).join(",")}`;
  const own = ["-subj", `/CN=${names[0]}`, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)];
  const extensions = ["-addext", alternatives, "-addext", "basicConstraints=critical,CA:FALSE"];
  const asked = ["req", "-x509", "-days", String(days), ...newKey, ...own, ...extensions];
  await openssl([...asked, ...signedBy(at, "middle")]);
  const chain = [`${name}.pem`, "middle.pem"].map((file) => fs.readFileSync(at(file), "utf8"));
  fs.writeFileSync(at(`${name}-fullchain.pem`), chain.join(""));
}

async function selfSigned(at: At, name: string, subject: string): Promise<void> {
  const own = ["-subj", `/CN=${subject}`, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)];
  await openssl(["req", "-x509", "-days", String(days * 5), ...newKey, ...own]);
}

const signedBy = (at: At, by: string | null): readonly string[] =>
  by === null ? [] : ["-CA", at(`${by}.pem`), "-CAkey", at(`${by}.key`)];
