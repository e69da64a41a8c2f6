# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Test Anything Protocol for the end-to-end tests, which source it after
# lib.sh.  A test that ends early, by `fail` or by an interrupt, has not run
# its plan, and prove counts that as a failure.
#
#	plan N			N tests follow
#	ok TEXT, not_ok TEXT	one passed, one failed
#	check TEXT CMD...	passed if the command succeeds
#	diag TEXT...		a remark
#	says [ARG...] FILTER	is the jq filter true of $LAB/out?
#	skip_all TEXT		nothing to do here, and why

tap_count=0

plan() { echo "1..$1"; }

ok() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $*"
}

not_ok() {
	tap_count=$((tap_count + 1))
	echo "not ok $tap_count - $*"
}

check() {
	tap_text=$1
	shift
	if "$@"; then
		ok "$tap_text"
	else
		not_ok "$tap_text"
		diag "failed: $*"
	fi
}

says() {
	# Of nothing, jq says that all is true.
	if [ -s "$LAB/out" ] && jq -e "$@" "$LAB/out" >/dev/null; then
		return
	fi
	diag "$(cat "$LAB/out")"
	return 1
}

diag() { echo "# $*"; }

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}
