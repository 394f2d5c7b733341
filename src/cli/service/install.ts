import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { systemdUnit, unitMark, type UnitFacts } from "./unit.ts";

/** Where things are on this machine; `/` in front of everything but in a test. */
export interface ServiceMachine {
  readonly root: string;
  readonly isRoot: boolean;
  run(program: string, args: readonly string[]): void;
}

export const serviceUser = "koboshi";
export const unitPath = "/etc/systemd/system/koboshi.service";

export function thisServiceMachine(): ServiceMachine {
  return {
    root: "/",
    isRoot: process.getuid?.() === 0,
    run: (program, args) => void execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] }),
  };
}

/** What keeps a service from being installed here; null when nothing does. */
export function serviceObstacle(machine: ServiceMachine): "no-systemd" | "not-root" | "other-unit" | null {
  if (!fs.existsSync(path.join(machine.root, "run/systemd/system"))) return "no-systemd";
  if (!machine.isRoot) return "not-root";
  const unit = path.join(machine.root, unitPath);
  if (fs.existsSync(unit) && !fs.readFileSync(unit, "utf8").startsWith(unitMark)) return "other-unit";
  return null;
}

/** The steps, each said before it is done. @throws KoboshiError KB1204 naming the step that failed */
export function installService(machine: ServiceMachine, facts: UnitFacts, said: (step: string) => void): void {
  const step = (words: string, work: () => void): void => {
    said(words);
    try {
      work();
    } catch (thrown) {
      throw new KoboshiError("KB1204", { reason: `${words}: ${errorText(thrown)}` }, thrown);
    }
  };
  const { dataFolder, configPath, user } = facts;
  if (!hasUser(machine, user)) {
    const home = ["--system", "--user-group", "--home-dir", dataFolder, "--no-create-home"];
    step(`useradd ${user}`, () => machine.run("useradd", [...home, "--shell", "/usr/sbin/nologin", user]));
  }
  step(`mkdir ${dataFolder}`, () =>
    fs.mkdirSync(path.join(machine.root, dataFolder), { recursive: true, mode: 0o700 }),
  );
  step(`chown ${dataFolder}`, () =>
    machine.run("chown", ["-R", `${user}:${user}`, path.join(machine.root, dataFolder)]),
  );
  if (fs.existsSync(path.join(machine.root, configPath))) {
    step(`chown ${configPath}`, () => machine.run("chown", [`${user}:${user}`, path.join(machine.root, configPath)]));
  }
  step(`write ${unitPath}`, () => writeUnit(path.join(machine.root, unitPath), systemdUnit(facts)));
  step("systemctl daemon-reload", () => machine.run("systemctl", ["daemon-reload"]));
  step("systemctl enable --now koboshi", () => machine.run("systemctl", ["enable", "--now", "koboshi.service"]));
}

function hasUser({ root }: ServiceMachine, user: string): boolean {
  const passwd = path.join(root, "etc/passwd");
  return (
    fs.existsSync(passwd) &&
    fs
      .readFileSync(passwd, "utf8")
      .split("\n")
      .some((line) => line.startsWith(`${user}:`))
  );
}

function writeUnit(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, text, { mode: 0o644 });
  fs.renameSync(`${file}.new`, file);
}
