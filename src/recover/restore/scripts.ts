// Words of POSIX sh, GNU find, coreutils and util-linux: what every Debian and RHEL has. Names of files come through
// xargs -0, so that any byte may be in them; what people typed comes by variables.

/** `T` without a trailing slash; empty for the root of the file system. */
const root = 'T=${KOBOSHI_FOLDER%/}; state="$T/.koboshi-restoring"';

/** Says of each path: is something there, is it where another file system is mounted, and from where it can be moved. */
export const surveyScript = [
  root,
  'o=${T:-/}; while [ ! -d "$o" ]; do o=${o%/*}; o=${o:-/}; done',
  'own=$(stat -c %d -- "$o") || exit 1; near=',
  "for p do",
  "  d=$T$p; there=0; mount=0",
  '  { [ -e "$d" ] || [ -L "$d" ]; } && there=1',
  "  a=${d%/*}; a=${a:-/}",
  '  while [ ! -d "$a" ]; do a=${a%/*}; a=${a:-/}; done',
  // neighbours lie on one file system: it is looked up once for all of them
  '  if [ "$a" != "$near" ]; then near=$a; base=; dev=$(stat -c %d -- "$a"); fi',
  '  if [ -d "$d" ] && [ ! -L "$d" ] && [ "$(stat -c %d -- "$d")" != "$dev" ]; then mount=1; fi',
  '  if [ -z "$base" ] && [ "$dev" = "$own" ]; then base=${T:-/}; fi',
  '  if [ -z "$base" ]; then',
  "    base=$a",
  '    while [ "$base" != / ]; do',
  "      up=${base%/*}; up=${up:-/}",
  '      [ "$(stat -c %d -- "$up")" = "$dev" ] || break',
  "      base=$up",
  "    done",
  "  fi",
  String.raw`  printf '%s %s %s\0' "$there" "$mount" "$base"`,
  "done",
].join("\n");

/** Held as long as its input is open, that is as long as whoever restores is there. Then what it left running is ended. */
export const lockScript = [
  root,
  'mkdir -p -- "${T:-/}" || exit 73',
  "umask 077",
  'mkdir -p -- "$state/$KOBOSHI_SET" || exit 73',
  'exec 9>>"$state/lock" || exit 73',
  'flock -n 9 || { cat "$state/lock"; exit 75; }',
  String.raw`printf '%s\n' "$KOBOSHI_HOLDER" >"$state/lock"`,
  "echo koboshi-held",
  "cat >/dev/null",
].join("\n");

/** Free kibibytes and inodes where a folder is or will be; 0 in the third place: inodes are not counted there. */
export const freeScript = [
  'o=$1; while [ ! -d "$o" ]; do o=${o%/*}; o=${o:-/}; done',
  'df -Pk -- "$o" | tail -n 1 | awk \'{ printf "%s ", $4 }\'',
  "df -Pi -- \"$o\" | tail -n 1 | awk '{ print $4, $2 }'",
].join("\n");

/** Names and first bytes of the marks of this set. */
export const marksScript = [
  root,
  'cd "$state/$KOBOSHI_SET" 2>/dev/null || exit 0',
  "for f in *.done *.verified; do",
  String.raw`  [ -f "$f" ] && printf '%s\t%s\n' "$f" "$(head -c 4096 "$f")"`,
  "done",
  "exit 0",
].join("\n");

/** Runs a program with one `--include` for each word of base64 on its first line; ends it when its input closes. */
export const fetchScript = [
  "exec 3<&0",
  "IFS= read -r words <&3 || exit 1",
  'for b in $words; do p=$(printf %s "$b" | base64 -d; echo x); set -- "$@" --include "${p%x}"; done',
  '"$@" 9>&- </dev/null & r=$!',
  "( read -r none <&3; kill -9 $r ) >/dev/null 2>&1 & w=$!",
  'echo "koboshi-pid $r"',
  "wait $r; s=$?",
  "kill $w 2>/dev/null",
  "exit $s",
].join("\n");

/** A file of the state folder, whole or not at all, on the disk when it returns. */
export const markScript = [
  root,
  'f="$state/$KOBOSHI_SET/$KOBOSHI_MARK"',
  'cat >"$f.new" && sync "$f.new" && mv -f "$f.new" "$f" && sync "$state/$KOBOSHI_SET"',
].join("\n");

/**
 * Puts what lies in `S` to where it belongs, moving away what is there. A path that is no longer in `S` was put into place
 * before. Folders above are made as they were in `S`; their times are set after everything was moved. Neighbours are
 * written to the disk together, the last ones before the script ends.
 */
export const placeScript = [
  root,
  "S=$KOBOSHI_STAGE; B=$KOBOSHI_BEFORE; umask 077",
  'made="$state/$KOBOSHI_SET/made"; folder=',
  "for p do",
  '  { [ -e "$S$p" ] || [ -L "$S$p" ]; } || continue',
  "  up=; rest=${p%/*}",
  '  while [ -n "$rest" ]; do',
  "    rest=${rest#/}; part=${rest%%/*}; up=$up/$part",
  "    case $rest in */*) rest=/${rest#*/} ;; *) rest= ;; esac",
  '    if [ ! -d "$T$up" ]; then',
  '      mkdir "$T$up" && chown --reference="$S$up" -- "$T$up" && chmod --reference="$S$up" -- "$T$up" || exit 73',
  String.raw`      printf '%s\0%s\0' "$up" "$(stat -c %y -- "$S$up")" >>"$made"`,
  "    fi",
  "  done",
  '  if [ -e "$T$p" ] || [ -L "$T$p" ]; then',
  '    mkdir -p "$B${p%/*}" && mv -T -n -- "$T$p" "$B$p" || exit 74',
  '    if [ -e "$T$p" ] || [ -L "$T$p" ]; then exit 74; fi',
  "  fi",
  '  mv -T -n -- "$S$p" "$T$p" || exit 74',
  '  if [ -n "$folder" ] && [ "$folder" != "$T${p%/*}/" ]; then sync "$folder" 2>/dev/null; fi',
  "  folder=$T${p%/*}/",
  "done",
  '[ -z "$folder" ] || sync "$folder" 2>/dev/null',
  "exit 0",
].join("\n");

/** Two names of one file that came back as two: one again, where their content is the same. Their folder keeps its time. */
export const linkScript = [
  root,
  "while [ $# -ge 2 ]; do",
  '  f=$T${2%/*}/; t=$(stat -c %y -- "$f")',
  '  cmp -s -- "$T$1" "$T$2" && ln -- "$T$1" "$T$2.koboshi-link" && mv -fT -- "$T$2.koboshi-link" "$T$2" && touch -d "$t" -- "$f"',
  "  shift 2",
  "done",
  "exit 0",
].join("\n");

/** A link as it was, with another target; its owner, its time and its folder's time stay. */
export const relinkScript = [
  '[ "$(readlink -n -- "$1"; echo x)" != "${2}x" ] || exit 0',
  'd=${1%/*}/; o=$(stat -c %u:%g -- "$1") && t=$(stat -c %y -- "$1") && f=$(stat -c %y -- "$d") || exit 1',
  'ln -sfn -- "$2" "$1" && chown -h "$o" -- "$1" && touch -h -d "$t" -- "$1" && touch -d "$f" -- "$d"',
].join("\n");

/** Owner and rights of the file that is replaced, else the owner of its folder; a journal of the old one goes with it. */
export const sqliteScript = [
  root,
  "S=$KOBOSHI_STAGE; B=$KOBOSHI_BEFORE",
  "for p do",
  '  like=$T$p; [ -e "$like" ] || like=$T${p%/*}',
  '  if [ -d "$like" ]; then chown --reference="$like" -- "$S$p"',
  '  elif [ -e "$like" ]; then chown --reference="$like" -- "$S$p" && chmod --reference="$like" -- "$S$p"; fi || exit 73',
  '  chmod 755 "$S${p%/*}" || exit 73',
  '  for old in "$p-wal" "$p-shm" "$p-journal"; do',
  '    [ ! -e "$T$old" ] || { mkdir -p "$B${p%/*}" && mv -T -n -- "$T$old" "$B$old"; } || exit 74',
  "  done",
  "done",
  "exit 0",
].join("\n");

/** Times of the folders that were made above what was restored, deepest last made first set. */
export const timesScript = [
  root,
  'made="$state/$KOBOSHI_SET/made"',
  '[ -f "$made" ] || exit 0',
  "export T",
  String.raw`xargs -0 -n 2 sh -c 'touch -d "$2" -- "$T$1"' sh <"$made"`,
].join("\n");

/** Everything of this set's state; the folder itself when nothing else is in it. */
export const cleanScript = [
  root,
  'rm -rf "$state/$KOBOSHI_SET"',
  'for other in "$state"/*/; do [ -d "$other" ] && exit 0; done',
  'rm -f "$state/lock"; rmdir "$state" 2>/dev/null; exit 0',
].join("\n");
