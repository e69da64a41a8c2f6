#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Does `rfc` find what is missing?  It is run on copies of its lists, each with
# one thing wrong.
cd "$(dirname "$0")/../.." || exit 1
tester=${B:-build}/conformance
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
n=0

reset() {
	cp tests/conformance/requirements tests/conformance/known-gaps "$copy"
}

check() {
	n=$((n + 1))
	text=$1
	shift
	if "$@"; then
		echo "ok $n - $text"
	else
		echo "not ok $n - $text"
		sed 's/^/# /' "$copy/said"
	fi
}

# It fails, and says this about it and no more.
finds() {
	if tests/conformance/rfc "$tester" "$copy" >/dev/null 2>"$copy/said"
	then
		return 1
	fi
	[ "$(cat "$copy/said")" = "$1" ]
}

passes() {
	tests/conformance/rfc "$tester" "$copy" >/dev/null 2>"$copy/said"
}

reset
check "each requirement has a test" passes
printf 'R-99\t1.1\tTo be ignored\n' >>"$copy/requirements"
check "a requirement without test" finds "R-99: no test: To be ignored"
reset
printf 'R-99\t1.1\tText\trow:R-01 test:no_such_test\n' >>"$copy/requirements"
check "a test that is not there" finds "R-99: there is no test:no_such_test"
reset
sed -i '/^R-22/d' "$copy/requirements"
check "a row that nobody asks for" finds \
	"R-22: a row that no requirement asks for"
reset
echo "R-22 no reason" >>"$copy/known-gaps"
check "a gap that is a secret" finds \
	"R-22: a known gap that HACKING.md does not name"
reset
sed -i '/^M-11/d' "$copy/known-gaps"
check "a gap that is none" finds \
	"M-11: HACKING.md has a gap unknown to known-gaps"
echo "1..$n"
