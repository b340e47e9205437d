# Whether the login may become root without a password. It says no with a report of its own, whose checksum is its size.
if ! command -v sudo >/dev/null; then b='sudo missing'
elif w=$(LC_ALL=C sudo -n /bin/sh -c : 2>&1); then b=
else b="sudo refused $(printf %s "$w" | od -An -v -tx1 | tr -d ' \n')"
fi
if [ "$b" ]; then printf '<%s\n%s\n>%s %s\n' $m "$b" $m ${#b}
