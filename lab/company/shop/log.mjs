/** One line per event on the standard output, which is the application's log. */
export function log(level, text) {
  process.stdout.write(`${new Date().toISOString()} ${level} [${process.pid}] ${text}\n`);
}
