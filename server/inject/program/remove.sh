# F: the file. s: its checksum when it was looked at. l: the numbers of the lines to take out, rising. n: the size that must be left.
main() {
  T=${F%/*}/.lifeline-removal
  q=$(readlink -f "$F")
  [ "$q" ] && T=${q%/*}/.lifeline-removal
  [ -h "$F" ] && [ ! "$q" ] && { w='a link, and no readlink'; no; return; }
  q=${q:-$F}
  # What a run that was killed left behind.
  rm -f "$T"
  [ -f "$F" ] && [ "$(k <"$F")" = "$s" ] || { echo changed; return; }
  w=$( (set -C; : >"$T") 2>&1) || { no; return; }
  # All that cp can keep: owner, mode, ACL, label. What it could not keep is seen below.
  w=$(cp -a "$q" "$T" 2>&1 || cp -p "$q" "$T" 2>&1) || { leave; return; }
  w=$( (rest >"$T") 2>&1) || { leave; return; }
  w='owner, mode or label would be lost'
  [ "$(meta "$T")" = "$(meta "$q")" ] || { leave; return; }
  w='the disk may be full'
  [ $(($(wc -c <"$T"))) = $n ] || { leave; return; }
  has sync && sync "$T"
  [ "$(k <"$F")" = "$s" ] || { rm -f "$T"; echo changed; return; }
  w=$(mv -f "$T" "$q" 2>&1) || { leave; return; }
  has restorecon && restorecon "$q"
  echo "written $s"
  echo ours
  file "$F"
}
leave() {
  rm -f "$T"
  no
}
no() {
  echo "no $(printf '%s\n' "$w" | h)"
  file "$F"
}
# All lines but those: byte by byte what stood there, whatever it is.
rest() {
  b=1
  for x in $l; do
    [ $x -gt $b ] && tail -n +$b "$q" | head -n $((x - b))
    b=$((x + 1))
  done
  tail -n +$b "$q"
}
# A hard link elsewhere would be cut off: then the counts differ.
meta() {
  modes $(ls -ldn "$1")
  has getfacl && getfacl -cn "$1"
  has getfattr && getfattr -d -m- "$1" | grep -v '^#'
}
