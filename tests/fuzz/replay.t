#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every fuzz target on its corpus, and on each input that ever broke a rule,
# kept in regressions/TARGET/.  Leaves their number for the summary of "make
# check".
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
n=0 inputs=0
for source in tests/fuzz/*.c; do
	target=$(basename "$source" .c)
	[ "$target" = replay ] && continue
	set -- tests/fuzz/corpus/"$target"/* tests/fuzz/regressions/"$target"/*
	[ "$target" = config ] && set -- "$@" tests/config/*.cfg \
		tests/config/include/* man/vrrpd.cfg.example
	[ "$target" = frames ] && set -- "$@" tests/fuzz/corpus/packet/*
	for input; do
		shift
		[ -f "$input" ] && set -- "$@" "$input"
	done
	n=$((n + 1)) inputs=$((inputs + $#))
	if said=$("$B/replay/$target" "$@" 2>&1); then
		echo "ok $n - $target: $(printf '%s\n' "$said" | grep '^replayed')"
	else
		echo "not ok $n - $target"
		printf '%s\n' "$said" | tail -n 40 | sed 's/^/# /'
	fi
done
echo "1..$n"
mkdir -p "$B/summary"
echo "replayed $inputs fuzz inputs" >"$B/summary/fuzz"
