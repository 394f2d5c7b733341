import fs from "node:fs";
import path from "node:path";

/** What the doubles are told to be: a file each, read by them whenever they are asked. */
export interface States {
  read(name: string): Readonly<Record<string, unknown>>;
  write(name: string, state: unknown): void;
  /** all as they usually are */
  clear(): void;
}

export function openStates(folder: string): States {
  fs.mkdirSync(folder, { recursive: true });
  const fileOf = (name: string): string => path.join(folder, `${name}.json`);
  return {
    read: (name) =>
      fs.existsSync(fileOf(name)) ? (JSON.parse(fs.readFileSync(fileOf(name), "utf8")) as Record<string, unknown>) : {},
    write(name, state) {
      fs.writeFileSync(`${fileOf(name)}.new`, JSON.stringify(state));
      fs.renameSync(`${fileOf(name)}.new`, fileOf(name));
    },
    clear() {
      for (const name of fs.readdirSync(folder)) if (name !== "load.json") fs.rmSync(path.join(folder, name));
    },
  };
}
