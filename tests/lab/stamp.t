#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What is stamped: every line, once, with the time it came, and nothing of it
# changed.
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

plan 14

cd "$LAB"

# stamped COMMAND: its output is in `passed` and `stamped`, and in `said`.
stamped() {
	rm -f stamped
	eval "$1" >said
	"$BIN/stamp" stamped <said >passed
}

same() { cmp said passed; }

# unstamped: the lines of `stamped` less their stamps.
unstamped() { sed 's/^[0-9]* //' stamped; }

every_line_is_stamped() {
	[ "$(grep -c '^[0-9]\{16\} ' stamped)" = "$(wc -l <stamped)" ]
}

stamped 'seq 30000; echo; echo "  blanks  "'
check "what comes is passed on" same
check "every line is stamped, the empty one too" every_line_is_stamped
unstamped >plain
check "and is otherwise the same" cmp said plain

stamped 'head -c 300000 /dev/zero | tr "\0" x; echo; echo y'
check "a long line is passed on" same
check "stamped once" test "$(wc -l <stamped)" = 2
unstamped >plain
check "and not cut" cmp said plain

stamped 'printf "first\nno newline"'
check "a line without end is passed on without end" same
check "and ends in the file" test \
	"$(wc -l <stamped) $(unstamped | tail -n 1)" = "2 no newline"
stamped :
check "nothing of nothing" eval 'same && ! [ -s stamped ]'

# A daemon that says a line now and then: the pipe stays open.
mkfifo pipe
"$BIN/stamp" slow <pipe >passed &
stamp_pid=$!
exec 3>pipe
says() {
	before=$(now_us)
	echo "line $1" >&3
	within 10 grep -q "line $1\$" passed
	after=$(now_us)
	time=$(sed -n "s/ line $1\$//p" slow)
	[ "$before" -le "$time" ] && [ "$time" -le "$after" ]
}
check "a line comes at once, with its time" says 1
check "and so does the next" says 2
kill -INT "$stamp_pid"
check "an interrupt is not the end" says 3
exec 3>&-
wait "$stamp_pid"

closed_output() {
	{
		seq 20000
		echo last
	} | "$BIN/stamp" kept 2>complaint | :
	grep -q ' last$' kept && grep -q 'standard output' complaint
}
check "whether or not anybody reads, the file is complete" \
	within 10 closed_output
check "a file that cannot be written is an error at once" not \
	"$BIN/stamp" /nowhere/file 2>complaint
