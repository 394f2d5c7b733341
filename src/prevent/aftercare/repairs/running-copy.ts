/** Words that only lead up to what a line is about. */
const preface =
  /^(?:cd|test|\[|\[\[|sleep|true|:|export|umask|set|ulimit|\.|source|mkdir|date|echo|printf|exit|wait|return|trap)$/;
const wrapper = /^(?:nice|ionice|nohup|env|chronic|exec|time|setsid|sudo|flock|timeout|systemd-cat|command)$/;
const keyword = /^(?:if|for|while|until|case|then|do|else|fi|done|esac|eval)$/;
const interpreter = /^(?:sh|bash|dash|ksh|zsh|perl|python[\d.]*|php[\d.]*|ruby|node|java|Rscript)$/;
/** The kernel keeps 15 letters of a process's name. */
const nameChars = 15;

/**
 * What a running copy of a job is found by: words for pgrep behind the user. Null: nothing in the line names it well enough.
 */
export function copyPattern(command: string): readonly string[] | null {
  for (const part of command.split(/&&|\|\||[;|]/)) {
    const words = part.trim().split(/\s+/);
    if (preface.test(words[0] ?? "")) continue;
    const [program = "", ...rest] = withoutWrappers(words);
    const name = program.slice(program.lastIndexOf("/") + 1);
    if (!/^[\w@%+:.-]+$/.test(name) || keyword.test(name)) return null;
    if (!interpreter.test(name)) return ["-x", "--", escaped(name.slice(0, nameChars))];
    const script = rest.find((word) => !word.startsWith("-"));
    return script === undefined || !/^[\w@%+:./-]+$/.test(script) ? null : ["-f", "--", escaped(script)];
  }
  return null;
}

/** `nice -n 10 flock -n /run/x.lock prog` → `prog` */
function withoutWrappers(words: readonly string[]): readonly string[] {
  let rest = words;
  let isOfLock = false;
  for (;;) {
    const word = rest[0] ?? "";
    const isPart =
      wrapper.test(word) || /^(?:-|\d+[smhd]?$|[A-Za-z_]\w*=)/.test(word) || (isOfLock && word.startsWith("/"));
    if (!isPart || rest.length === 0) return rest;
    isOfLock = word === "flock" || (isOfLock && word.startsWith("-"));
    rest = rest.slice(1);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.+*?()[\]{}^$|\\]/g, String.raw`\$&`);
}
