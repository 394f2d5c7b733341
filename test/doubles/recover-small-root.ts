import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A small Debian in a folder: this machine's programs under an overlay, and an /etc and /var of its own. */
export interface SmallRoot {
  readonly root: string;
  /** Runs sh in it. */
  sh(script: string): string;
  close(): void;
}

const kept = ["apt", "dpkg", "libc6", "coreutils", "dash", "base-files", "passwd", "debconf", "perl-base", "adduser"];
const copied = [
  "pam.d",
  "login.defs",
  "security",
  "nsswitch.conf",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "dpkg",
  "debconf.conf",
  "debian_version",
  "adduser.conf",
  "default/useradd",
  "skel",
  "shells",
  "alternatives",
];

const enter = `mount --make-rprivate /; mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"
exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin sh -ec "$2"`;

export function openSmallRoot(): SmallRoot {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "small-root-"));
  const root = path.join(folder, "root");
  for (const part of ["upper", "work", "root/usr", "root/etc/default", "root/proc", "root/dev", "root/tmp"])
    fs.mkdirSync(path.join(folder, part), { recursive: true });
  for (const link of ["bin", "sbin", "lib", "lib64"]) fs.symlinkSync(`usr/${link}`, path.join(root, link));
  for (const part of ["root", "srv", "run", "home", "var/tmp", "var/log", "var/cache/apt/archives/partial"])
    fs.mkdirSync(path.join(root, part), { recursive: true });
  for (const name of copied) execFileSync("cp", ["-a", `/etc/${name}`, path.join(root, "etc", name)]);
  fs.symlinkSync("../usr/lib/os-release", path.join(root, "etc/os-release"));
  accounts(root);
  packageBook(root);
  offer(root);
  const layers = `lowerdir=/usr,upperdir=${folder}/upper,workdir=${folder}/work`;
  execFileSync("mount", ["-t", "overlay", "overlay", "-o", layers, path.join(root, "usr")]);
  return {
    root,
    sh: (script) =>
      execFileSync("unshare", ["--mount", "sh", "-ec", enter, "sh", root, script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }),
    close() {
      execFileSync("umount", [path.join(root, "usr")]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Only the accounts every Debian begins with. */
function fixed(file: string): string {
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => Number(line.split(":")[2]) < 100 || line.startsWith("nobody:") || line.startsWith("nogroup:"))
    .map((line) => (file === "/etc/group" ? line.replace(/:[^:]*$/, ":") : line))
    .join("\n");
}

function accounts(root: string): void {
  for (const file of ["/etc/passwd", "/etc/group"]) fs.writeFileSync(path.join(root, file), `${fixed(file)}\n`);
  const names = fixed("/etc/passwd")
    .split("\n")
    .map((line) => line.split(":")[0]);
  fs.writeFileSync(path.join(root, "etc/shadow"), names.map((name) => `${name}:*:19000:0:99999:7:::\n`).join(""), {
    mode: 0o640,
  });
  fs.writeFileSync(path.join(root, "etc/gshadow"), "");
}

/** dpkg's own book, of a few packages. */
function packageBook(root: string): void {
  const book = path.join(root, "var/lib/dpkg");
  for (const part of ["info", "updates", "triggers", "alternatives"])
    fs.mkdirSync(path.join(book, part), { recursive: true });
  const paragraphs = fs.readFileSync("/var/lib/dpkg/status", "utf8").split("\n\n");
  const own = paragraphs
    .filter((text) => kept.includes(/^Package: (\S+)/m.exec(text)?.[1] ?? ""))
    .map((text) => text.replaceAll(/^(?:Pre-Depends|Depends|Recommends|Suggests|Conffiles):.*\n(?: .*\n)*/gm, ""));
  fs.writeFileSync(path.join(book, "status"), `${own.join("\n\n")}\n\n`);
  for (const name of kept)
    for (const suffix of ["", ":amd64", ":arm64"])
      for (const kind of ["list", "md5sums"]) {
        const file = `/var/lib/dpkg/info/${name}${suffix}.${kind}`;
        if (fs.existsSync(file)) fs.copyFileSync(file, path.join(book, "info", path.basename(file)));
      }
  fs.writeFileSync(path.join(book, "triggers/Unincorp"), "");
}

/** A mirror in a folder with one package, in the version `1.0-1`. */
function offer(root: string): void {
  const [build, mirror] = [path.join(root, "tmp/build"), path.join(root, "srv/mirror")];
  fs.mkdirSync(path.join(build, "DEBIAN"), { recursive: true });
  fs.mkdirSync(path.join(build, "etc"));
  fs.mkdirSync(mirror);
  const control = ["Package: shop-hello", "Version: 1.0-1", "Architecture: all", "Maintainer: A <a@example.jp>"];
  fs.writeFileSync(path.join(build, "DEBIAN/control"), `${control.join("\n")}\nDescription: greets\n`);
  fs.writeFileSync(path.join(build, "DEBIAN/conffiles"), "/etc/shop-hello.conf\n");
  fs.writeFileSync(path.join(build, "etc/shop-hello.conf"), "greeting=hello\n");
  const file = path.join(mirror, "shop-hello.deb");
  execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "-b", build, file], { stdio: "pipe" });
  const bytes = fs.readFileSync(file);
  const sum = createHash("sha256").update(bytes).digest("hex");
  const entry = [...control, "Filename: ./shop-hello.deb", `Size: ${bytes.length}`, `SHA256: ${sum}`];
  fs.writeFileSync(path.join(mirror, "Packages"), `${entry.join("\n")}\nDescription: greets\n\n`);
  fs.rmSync(build, { recursive: true });
  const apt = path.join(root, "etc/apt");
  for (const part of ["sources.list.d", "apt.conf.d", "preferences.d", "trusted.gpg.d"])
    fs.mkdirSync(path.join(apt, part), { recursive: true });
  fs.writeFileSync(path.join(apt, "apt.conf.d/10root"), 'APT::Sandbox::User "root";\n');
}

/** Makes it a shop's machine: a package with a changed file, a person, a secret, a service, a job. */
export function furnish({ sh }: SmallRoot): void {
  sh(String.raw`
    echo 'deb [trusted=yes] file:/srv/mirror ./' > /etc/apt/sources.list.d/shop.list
    apt-get -q update && apt-get -q -y install shop-hello
    echo 'greeting=いらっしゃいませ' > /etc/shop-hello.conf
    groupadd -g 1500 shop; useradd -u 1500 -g 1500 -m -s /bin/sh shop; gpasswd -a shop adm
    echo 'shop:correct horse' | chpasswd -c SHA512
    install -d -o shop -g shop -m 700 /home/shop/.ssh; echo 'ssh-ed25519 AAAAC3Nza shop@pc' > /home/shop/.ssh/authorized_keys; chown shop:shop /home/shop/.ssh/authorized_keys
    printf 'DB_PASSWORD=geheim\n' > /etc/shop.env; chown root:shop /etc/shop.env; chmod 640 /etc/shop.env
    mkdir -p /etc/systemd/system/multi-user.target.wants /etc/cron.d
    ln -s /etc/systemd/system/shop.service /etc/systemd/system/multi-user.target.wants/shop.service
    printf '[Service]\nExecStart=/bin/true\n' > /etc/systemd/system/shop.service
    echo '5 3 * * * shop /usr/local/bin/nightly' > /etc/cron.d/shop
    ln -s /usr/share/zoneinfo/Asia/Tokyo /etc/localtime; mkdir -p /etc/sysctl.d; echo 'vm.swappiness = 10' > /etc/sysctl.d/90-shop.conf
    head -c 64 /dev/urandom > /etc/shop.bin; chmod 644 /etc/shop.bin; : > /etc/shop.empty`);
}
