import fs from "node:fs";
import path from "node:path";

/** Writes a file whole or not at all, and only returns when it is on the disk. */
export function writeWhole(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.new`;
  const handle = fs.openSync(beside, "w");
  try {
    fs.writeSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(beside, file);
}

/** Adds a line, and only returns when it is on the disk. */
export function appendLine(file: string, line: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const handle = fs.openSync(file, "a");
  try {
    fs.writeSync(handle, `${line}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
