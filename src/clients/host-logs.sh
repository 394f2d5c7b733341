# koboshi: hands over bytes of one log of this machine, and of what rotation made of it. It reads and never writes.
# Usage: koboshi_log look PATH | koboshi_log read PATH ENDING INODE FIRST LENGTH. PATH as printf's %b takes it; ENDING: what
# rotation put behind PATH, or `-`; FIRST: the byte to begin with, from 1. Needs stat, head, tail, and gzip for packed logs.
# Ends with 13 for what may not be read.
# koboshi_listed PATH: what there is; ends with 1 when something that was listed has another name by now
koboshi_listed() {
  whole=0
  for f in "$1" "$1".* "$1"-*; do
    if [ -f "$f" ] && stat -L -c '%d %i %s %Y %n' -- "$f"; then continue; fi
    [ -e "$f" ] || [ -L "$f" ] || case $f in "$1"|"$1.*"|"$1-*") ;; *) whole=1;; esac
  done
  return "$whole"; }
koboshi_log() {
  LC_ALL=C; export LC_ALL
  p=$(printf '%b.' "$2"); p=${p%.}
  echo '@@koboshi-log 1'
  if [ "$1" = look ]; then
    d=${p%/*}; [ -d "$d/" ] && [ ! -r "$d/" ] && echo HIDDEN
    if [ -e "$p" ] && [ ! -f "$p" ]; then echo NOTFILE; return 0; fi
    if [ -e "$p" ] && [ ! -r "$p" ]; then echo DENIED; return 0; fi
    n=1
    until o=$(koboshi_listed "$p") || [ "$n" -ge 5 ]; do n=$((n + 1)); done
    printf '%s\n' "$o"
    return 0
  fi
  f=$p; [ "$3" = - ] || f=$p$3
  # another file may have the name by now: the next look finds out
  [ "$(stat -L -c %i -- "$f")" = "$4" ] || return 0
  [ -r "$f" ] || return 13
  case $f in *.gz) gzip -dc -- "$f" | tail -c "+$5";; *) tail -c "+$5" -- "$f";; esac | head -c "$6"
}
