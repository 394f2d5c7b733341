import { execFileSync, type StdioOptions } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AwsV4Signer } from "aws4fetch";
import { freePort, until } from "./hub-process.ts";
import { runServer, type ServerProcess } from "./server-process.ts";

interface BucketOptions {
  readonly versioned?: boolean;
  /** every object is kept this long from when it was written */
  readonly lock?: { readonly mode: "COMPLIANCE" | "GOVERNANCE"; readonly days: number };
  /** what this user may do besides its owner */
  readonly grant?: { readonly user: string; readonly actions: readonly string[] };
}

export interface Door {
  /** `http://127.0.0.1:12345` */
  readonly endpoint: string;
  /** authority of its certificate; null: it speaks plain HTTP */
  readonly ca: string | null;
}

/** Ceph's S3 server on a store in memory. Its owner owns every bucket. */
export interface ObjectStorage extends Door {
  readonly owner: string;
  /** @returns `key id:secret` */
  addUser(name: string): string;
  addBucket(name: string, options?: BucketOptions): Promise<void>;
  /** keys of every version and mark of deletion that is there */
  versions(bucket: string): Promise<readonly string[]>;
  /** keys of what a reader sees */
  visible(bucket: string): Promise<readonly string[]>;
  /** the same buckets behind a certificate of its own, or by a wrong clock */
  addDoor(options: { readonly tls?: boolean; readonly aheadHours?: number }): Promise<Door>;
  stop(): Promise<void>;
}

const fakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export async function startObjectStorage(): Promise<ObjectStorage> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-s3-"));
  const [monitor, messages] = [await freePort(), await freePort()];
  const config = writeConfig(folder, monitor, messages);
  const quiet: StdioOptions = ["ignore", "pipe", "ignore"];
  const tool = (program: string, ...words: readonly string[]): string =>
    execFileSync(program, [...words, "-c", config], { stdio: quiet, encoding: "utf8" });
  const servers: ServerProcess[] = [];
  const serve = (program: string, ...words: readonly string[]): void =>
    void servers.push(runServer(program, ["-f", "-c", config, ...words]));

  const [cluster, disk] = [randomUUID(), randomUUID()];
  const map = path.join(folder, "monmap");
  const place = ["--create", "--fsid", cluster, "--addv", "a", `v1:127.0.0.1:${monitor}`, map];
  execFileSync("monmaptool", place, { stdio: quiet });
  fs.appendFileSync(config, `fsid = ${cluster}\n`);
  tool("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
  serve("ceph-mon", "-i", "a");
  tool("ceph", "osd", "new", disk, "0");
  tool("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", disk);
  serve("ceph-osd", "-i", "0");

  async function addDoor({ tls = false, aheadHours = 0 }: { tls?: boolean; aheadHours?: number }): Promise<Door> {
    const port = await freePort();
    const ca = tls ? path.join(folder, "certificate.pem") : null;
    if (ca !== null) makeCertificate(folder, ca);
    const kind = ca === null ? `endpoint=127.0.0.1:${port}` : `ssl_endpoint=127.0.0.1:${port} ssl_certificate=${ca}`;
    const words = ["-f", "-n", "client.rgw", "-c", config, `--rgw_frontends=beast ${kind}`];
    const clock = aheadHours === 0 ? {} : { LD_PRELOAD: fakeTime, FAKETIME: `+${aheadHours}h` };
    servers.push(runServer("radosgw", words, { env: { ...process.env, ...clock } }));
    const endpoint = `${ca === null ? "http" : "https"}://127.0.0.1:${port}`;
    const check = ["-s", "-o", "/dev/null", "-m", "2", ...(ca === null ? [] : ["--cacert", ca]), endpoint];
    await until("the storage answers", () => Promise.resolve(succeeds("curl", check)));
    return { endpoint, ca };
  }
  function addUser(name: string): string {
    const [id, secret] = [`${name.toUpperCase()}KEY`, `${name}/secret+of=its"own`];
    const words = [`--uid=${name}`, `--display-name=${name}`, `--access-key=${id}`, `--secret-key=${secret}`];
    tool("radosgw-admin", "-n", "client.rgw", "user", "create", ...words);
    return `${id}:${secret}`;
  }

  const front = await addDoor({});
  const owner = addUser("owner");
  const ask = asker(front.endpoint, owner);
  return {
    ...front,
    owner,
    addUser,
    addDoor,
    async addBucket(name, { versioned = false, lock, grant } = {}) {
      const headers = { "x-amz-bucket-object-lock-enabled": String(lock !== undefined) };
      await ask("PUT", `/${name}`, { headers });
      if (versioned) {
        const on = `<VersioningConfiguration ${xmlns}><Status>Enabled</Status></VersioningConfiguration>`;
        await ask("PUT", `/${name}?versioning=`, { body: on });
      }
      if (lock !== undefined) {
        const rule = `<Rule><DefaultRetention><Mode>${lock.mode}</Mode><Days>${lock.days}</Days></DefaultRetention></Rule>`;
        const on = `<ObjectLockConfiguration ${xmlns}><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
        await ask("PUT", `/${name}?object-lock=`, { body: on });
      }
      if (grant !== undefined) await ask("PUT", `/${name}?policy=`, { body: policyOf(name, grant) });
    },
    versions: async (bucket) => keysIn(await ask("GET", `/${bucket}?versions=`)),
    visible: async (bucket) => keysIn(await ask("GET", `/${bucket}`)),
    async stop() {
      for (const server of servers.toReversed()) await server.stop("SIGKILL");
      fs.rmSync(folder, { recursive: true });
    },
  };
}

/** One copy of everything in memory, no login between its own parts, and no second between two of its decisions. */
function writeConfig(folder: string, monitor: number, messages: number): string {
  for (const name of ["mon", "osd", "rgw", "run"]) fs.mkdirSync(path.join(folder, name));
  const config = path.join(folder, "ceph.conf");
  const own = (name: string): string => path.join(folder, name);
  const settings = {
    mon_host: `v1:127.0.0.1:${monitor}`,
    public_addr: "127.0.0.1",
    ms_bind_msgr2: false,
    ms_bind_port_min: messages,
    ms_bind_port_max: messages + 100,
    auth_cluster_required: "none",
    auth_service_required: "none",
    auth_client_required: "none",
    run_dir: own("run"),
    mon_data: own("mon"),
    osd_data: own("osd"),
    rgw_data: own("rgw"),
    admin_socket: "",
    log_file: "",
    mon_cluster_log_file: "",
    mon_allow_pool_size_one: true,
    mon_data_avail_warn: 0,
    mon_data_avail_crit: 0,
    paxos_propose_interval: 0.05,
    paxos_min_wait: 0.01,
    osd_objectstore: "memstore",
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_pool_default_pg_num: 1,
    osd_pool_default_pgp_num: 1,
    osd_pool_default_pg_autoscale_mode: "off",
    osd_crush_chooseleaf_type: 0,
    rgw_rados_pool_pg_num_min: 1,
    rgw_override_bucket_index_max_shards: 1,
    rgw_enable_gc_threads: false,
    rgw_enable_lc_threads: false,
    rgw_gc_max_objs: 1,
    rgw_lc_max_objs: 1,
    rgw_data_log_num_shards: 1,
    rgw_objexp_hints_num_shards: 1,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  fs.writeFileSync(config, `[global]\n${lines.join("")}`);
  return config;
}

function makeCertificate(folder: string, file: string): void {
  const key = path.join(folder, "key.pem");
  const subject = ["-subj", "/CN=s3", "-addext", "subjectAltName=IP:127.0.0.1"];
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file, "-days", "2"];
  execFileSync("openssl", [...words, ...subject], { stdio: "ignore" });
  fs.appendFileSync(file, fs.readFileSync(key));
}

function succeeds(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function policyOf(bucket: string, { user, actions }: NonNullable<BucketOptions["grant"]>): string {
  const Principal = { AWS: [`arn:aws:iam:::user/${user}`] };
  const may = (Action: readonly string[], ...under: readonly string[]): object => ({
    Effect: "Allow",
    Principal,
    Action,
    Resource: under.map((one) => `arn:aws:s3:::${bucket}${one}`),
  });
  const Statement = [may(actions, "", "/*"), may(["s3:DeleteObject"], "/*/locks/*")];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

function keysIn(listed: string): readonly string[] {
  return [...listed.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
}

interface Asked {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Ask = (method: "GET" | "PUT", target: string, asked?: Asked) => Promise<string>;

function asker(endpoint: string, credential: string): Ask {
  const at = credential.indexOf(":");
  const keys = { accessKeyId: credential.slice(0, at), secretAccessKey: credential.slice(at + 1), service: "s3" };
  return async (method, target, { body, headers = {} } = {}) => {
    const url = `${endpoint}${target}`;
    const md5 = body === undefined ? {} : { "content-md5": createHash("md5").update(body).digest("base64") };
    const signed = await new AwsV4Signer({ method, url, headers: { ...headers, ...md5 }, ...keys }).sign();
    const sent = body === undefined ? {} : { body };
    const answer = await fetch(url, { method, headers: signed.headers, ...sent });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return text;
  };
}
