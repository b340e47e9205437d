# F: the file. s: its checksum when it was looked at, nothing when there was none. d: what to add, as printf %b takes it. n: its size.
main() {
  D=${F%/*}
  if [ "$s" ]; then
    [ -f "$F" ] && [ "$(k <"$F")" = "$s" ] || { echo changed; return; }
  elif [ -e "$F" ] || [ -h "$F" ]; then echo changed; return
  else
    if [ ! -d "$D" ]; then
      w=$(mkdir "$D" 2>&1) || { no; return; }
      has restorecon && restorecon "$D"
    fi
    # Made only if it is not there: nobody's link is followed, nobody's file is emptied.
    w=$( (set -C; : >"$F") 2>&1) || { no; return; }
    has restorecon && restorecon "$F"
  fi
  w=$( (: >>"$F") 2>&1) || { no; return; }
  tighten
  o=$(($(wc -c <"$F")))
  # dd gathers all lines into one write, and has it on the disk before it ends. Whoever has no dd, or none that can, has printf.
  # Its own words begin with its name; the others only count.
  has dd && w=$(printf %b "$d" | dd obs=999999 conv=fsync 2>&1 >>"$F" | grep dd:)
  [ $(($(wc -c <"$F"))) = $o ] && w=$( (printf %b "$d" >>"$F") 2>&1)
  z=$(($(wc -c <"$F") - o))
  if [ $z -lt $n ]; then
    # A full disk took a part. It is cut off, if it is what stands at the end still.
    [ "$(tail -c +$((o + 1)) "$F" | k)" = "$(printf %b "$d" | first $z)" ] &&
      dd if=/dev/null of="$F" bs=1 seek=$o && echo "short $z" || echo torn
    no
    return
  fi
  echo "written $(first $o <"$F")"
  echo "ours $(tail -c +$((o + 1)) "$F" | first $n)"
  file "$F"
}
# first SIZE: the checksum of so much of the input, or a dash where there is no head.
first() {
  if has head; then head -c $1 | k; else echo -; fi
}
no() {
  echo "no $(printf '%s\n' "$w" | h)"
  file "$F"
}
