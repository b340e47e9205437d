main() {
  e=$(getent passwd $u || grep "^$u:" /etc/passwd)
  IFS=:
  set -- $e
  unset IFS
  [ "$1" = $u ] || { echo no-account; return; }
  o=$6
  echo "account $(id -u || echo -1) $3 $4 $(printf '%s\n' "$o" | h)"
  [ -f /etc/openwrt_release ] && echo openwrt
  for s in sshd dropbear; do
    has $s && echo "installed $s"
    grep -qx $s $(set +f; echo /proc/[0-9]*/comm) && echo "running $s"
  done
  # What writes the file anew.
  for s in opnsense-version pfSsh.php midclt ubnt-device-info mca-cli; do has $s && echo "installed $s"; done
  set -- $(cat /etc/ssh/ssh_host_ed25519_key.pub)
  echo "host-key $2"
  # Without what says nothing: a slow line takes a second for the list of all algorithms.
  c=$({ sshd -T -C user=$u,host=localhost,addr=127.0.0.1 || sshd -T; } | wanted |
    grep -vE 'options|command.* none|ms .*,ssh-ed25519,.*521,sk-ssh.*-512' | h)
  echo "sshd $c"
  set +f
  [ "$c" ] || for s in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do
    [ -r "$s" ] && echo "config $(wanted <"$s" | h)"
  done
  set -f
  paths
}
wanted() {
  grep -iE '^[[:blank:]]*(include|match|authorizedkeys|permitroot|pubkey|strictmodes|(allow|deny)(users|groups)|authenticationm)'
}
