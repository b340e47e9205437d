# The report between its marks, with a checksum: what a slow line or a kernel message damaged is seen.
r=$(main 2>/dev/null)
printf '<%s\n%s\n' $m "$r"
printf '>%s %s\n' $m "$(printf %s "$r" | k)"
