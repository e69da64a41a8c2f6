#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every story must come out as its golden trace, NAME.out, has it; those in
# broken/ must break the promise that they name.  "sim.t -u" writes the golden
# traces anew: read the difference before you commit it.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0

result() { # result STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		tail -n 40 "$work/said" | sed 's/^/# /'
	fi
}

for story in tests/sim/*.lan; do
	golden=${story%.lan}.out
	if "$B/sim" -c "$story" >"$work/trace" 2>"$work/error"; then
		[ "$1" = -u ] && cp "$work/trace" "$golden"
		diff -u "$golden" "$work/trace" >"$work/said" 2>&1
		status=$?
		cat "$work/error" >>"$work/counts"
	else
		status=1
		cat "$work/trace" "$work/error" >"$work/said"
	fi
	result $status "${story#tests/sim/}"
done

for story in tests/sim/broken/*.lan; do
	promise=$(sed -n 's/^# breaks: //p' "$story")
	"$B/sim" "$story" >"$work/said" 2>&1
	[ $? -eq 1 ] && tail -n 1 "$work/said" | grep -q "NOT TRUE $promise:"
	result $? "${story#tests/sim/}"
done

awk '{ steps += $1; seconds += $3 }
	END { print "# " steps " steps, " seconds " router-seconds" }' \
	"$work/counts"
echo "1..$n"
