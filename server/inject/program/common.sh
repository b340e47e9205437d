# Runs in a shell of its own, which may be dash, bash, BusyBox ash, mksh, ksh93 or zsh. Settings follow it: u is the account, m the mark
# of the report. Comments and indentation are not sent; no line is longer than 150, for it may be typed over a serial line.
[ "${ZSH_VERSION-}" ] && emulate sh
set +eCu -f
export LC_ALL=C
unalias -a
unset IFS
# bash as sh takes functions from the environment.
[ "$BASH_VERSION" ] && unset -f $(compgen -A function)
umask 077
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin

has() { command -v "$1" >/dev/null; }

# k: checksum of the input, with its size where the tool gives one.
k() {
  for c in cksum md5sum sha256sum 'wc -c'; do has ${c% *} && break; done
  set -- $($c)
  echo $1 $2
}

# h: the input in hexadecimal, in one word.
h() {
  if has od; then printf %s $(od -An -v -tx1)
  elif has hexdump; then hexdump -v -e '1/1 "%02x"'
  else
    while IFS= read -r x; do
      while [ "$x" ]; do
        y=${x#?}
        printf %02x "'${x%"$y"}"
        x=$y
      done
      printf 0a
    done
  fi
}

# file PATH: what stands there, and the lines of it in which a needle of the settings is found.
file() {
  t=absent
  if [ -f "$1" ]; then t=file
  elif [ -d "$1" ]; then t=folder
  elif [ -e "$1" ]; then t=special
  elif [ -h "$1" ]; then t=dangling
  fi
  q=$(readlink -f "$1")
  q=${q:-$1}
  echo "file $t $(printf '%s\n' "$1" | h) $([ "$q" = "$1" ] || printf '%s\n' "$q" | h)"
  if [ $t = file ]; then
    if [ -r "$1" ]; then
      echo "sum $(k <"$1")"
      echo "count $(($(wc -c <"$1"))) $(($(wc -l <"$1"))) $(($(tail -c 1 "$1" | wc -l)))"
      a=
      echo | grep -aq '' && a=a
      echo "found $(needles | grep -n${a}F -f - "$1" | h)"
    else echo unreadable
    fi
    has lsattr && attributes $(lsattr -d "$q")
  fi
  while :; do
    modes $(ls -ldn "$q")
    [ "$q" = / ] && break
    q=${q%/*}
    q=${q:-/}
  done
}
attributes() { echo "attributes $1"; }
modes() { echo "mode $1 $2 $3 $4"; }
