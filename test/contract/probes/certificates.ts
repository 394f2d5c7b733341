import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const dayMs = 86_400_000;

export interface Pem {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM file to trust */
  readonly ca: string;
  issue(name: string, wanted: { fromDays: number; toDays: number; names: string }): Promise<Pem>;
}

/** A private authority made with OpenSSL, whose certificates may begin and end whenever a test wants. */
export async function createAuthority(folder: string): Promise<Authority> {
  const at = (name: string): string => path.join(folder, name);
  const config = at("openssl.cnf");
  fs.writeFileSync(at("index.txt"), "");
  fs.writeFileSync(at("index.txt.attr"), "unique_subject = no\n");
  fs.writeFileSync(at("serial"), "01\n");
  fs.writeFileSync(config, configText(folder));
  const ca = at("ca.pem");
  await run(
    "req",
    "-x509",
    "-config",
    config,
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "900",
    "-subj",
    "/CN=Test Authority",
    "-keyout",
    at("ca.key"),
    "-out",
    ca,
  );
  return {
    ca,
    async issue(name, { fromDays, toDays, names }) {
      const [cert, key, request] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`)];
      fs.writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
      await run(
        "req",
        "-new",
        "-config",
        config,
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        `/CN=${name}`,
        "-keyout",
        key,
        "-out",
        request,
      );
      await run(
        "ca",
        "-batch",
        "-config",
        config,
        "-in",
        request,
        "-out",
        cert,
        "-extfile",
        at(`${name}.ext`),
        "-notext",
        "-startdate",
        stamp(fromDays),
        "-enddate",
        stamp(toDays),
      );
      return { cert, key };
    },
  };
}

const openssl = promisify(execFile);

async function run(...args: readonly string[]): Promise<void> {
  await openssl("openssl", args);
}

function configText(folder: string): string {
  return `[ca]
default_ca = test
[test]
dir = ${folder}
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
policy = any
[any]
commonName = supplied
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
`;
}

/** `20261122021200Z`, so many days from now */
function stamp(days: number): string {
  return `${new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\..*$/g, "")}Z`;
}
