# koboshi: what a key that may do nothing else is tied to, in authorized_keys:
#   command="/usr/local/libexec/koboshi-read /var/log/messages /var/log/httpd/*_log",restrict ssh-ed25519 …
# It looks into this machine, and hands over the logs written there, with what rotation makes of them. A `*` stands for any
# name in one folder; a link is followed only to a log that is written there itself. Nothing else can be read or run with it.
slashes() { printf '%s' "$1" | tr -cd /; }
# koboshi_may PATH PATTERN…
koboshi_may() {
  w=$1; shift
  case $w/ in */../*|*/./*) return 1;; esac
  for a do
    # shellcheck disable=SC2254 # it is meant as a pattern
    case $w in $a) [ "$(slashes "$w")" = "$(slashes "$a")" ] && return 0;; esac
  done
  return 1; }
# koboshi_target FILE: itself, or where it leads as a link; empty when that cannot be told
koboshi_target() { if [ -L "$1" ]; then readlink -f -- "$1" 2>/dev/null; else printf '%s\n' "$1"; fi; }
case ${SSH_ORIGINAL_COMMAND:-} in *' koboshi-log '*)
  set -f
  c=${SSH_ORIGINAL_COMMAND##*' koboshi-log '}; verb=${c%% *}; c=${c#* }
  path=${c%% *}; c=${c#* }; path=${path#\'}; path=${path%\'}
  end=-; node=0; first=1; most=0
  case $verb in look) ;;
    read) end=${c%% *}; c=${c#* }; node=${c%% *}; c=${c#* }; first=${c%% *}; most=${c#* };;
    *) exit 64;; esac
  case $node$first$most in *[!0-9]*) exit 64;; esac
  tail=${end%.gz}
  case $tail in -|.old|-old) ;; [.-][0-9]*) case ${tail#?} in *[!0-9T:._-]*) exit 64;; esac;; *) exit 64;; esac
  log=$(printf '%b.' "$path"); log=${log%.}; file=$log; [ "$end" = - ] || file=$log$end
  target=$(koboshi_target "$file")
  if koboshi_may "$log" "$@" && { [ "$target" = "$file" ] || koboshi_may "$target" "$@"; }; then
    set +f; koboshi_log "$verb" "$path" "$end" "$node" "$first" "$most" 2>/dev/null; exit
  fi
  echo '@@koboshi-log 1'; [ "$verb" = read ] || echo UNLISTED
  exit 13;;
esac
# the logs are no part of a look
n=$#; while [ "$n" -gt 0 ]; do a=$1; shift; case $a in /*) ;; *) set -- "$@" "$a";; esac; n=$((n - 1)); done
