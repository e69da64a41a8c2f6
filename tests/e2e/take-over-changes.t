#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A process that takes over with another configuration than the one before, or
# that does not get that far.
interval=300ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

r1_is_taken_over() { takes_over r1; }

# r1 with one more virtual router, or one more address.
more='name = "more"; interface = "eth0"; vrid = 52;'
more="$more advertisement_interval = \"300ms\";"
more="$more virtual_addresses = [ \"192.0.2.2/24\" ];"
with_more() { edit "s|^});|}, { $more });|"; }
edit() { sed -i "$1" "$LAB/r1.cfg"; }

more_is() { # STATE
	shows r1 '[.routers[] | select(.name == "more").state] == ["'"$1"'"]'
}
has_priority() {
	shows r1 '[.routers[] | select(.name == "lan").priority] | unique ==
		['"$1"']'
}
macvlans() { # COUNT: of r1
	[ "$(ip -n r1 -o link show type macvlan | wc -l)" = "$1" ]
}

# Who asks for everything, as handover.h has it, and is killed before it takes.
# shellcheck disable=SC2016 # of Perl
asks='use IO::Socket::UNIX;
	$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die;
	print $s "hand-over\n"; $s->flush; print scalar <$s>; sleep 60'
is_killed_waiting() {
	perl -e "\$| = 1; $asks" "$LAB/r1/control" >"$LAB/asked" &
	waits_pid=$!
	within 10 grep -q "^ready $(daemon_pid r1)$" "$LAB/asked"
	kill -KILL "$waits_pid"
	wait "$waits_pid" 2>/dev/null || :
	within 10 logged r1 "the other process gave up"
}
# Who would give everything, and ends before that.
# shellcheck disable=SC2016 # of Perl
gives='use IO::Socket::UNIX;
	$l = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die;
	$| = 1; print "listening\n"; $s = $l->accept; <$s>;
	print $s "ready 1\n"; $s->flush; unlink $ARGV[0]'
loses_the_other() {
	stop r1
	perl -e "$gives" "$LAB/r1/control" >"$LAB/given" &
	within 10 grep -q listening "$LAB/given"
	start r1 --take-over
	within 10 logged r1 "the other vrrpd has ended: beginning anew"
}
refused() { # OPT...: it does not start
	kill_daemon r1 TERM
	wait "$(daemon_pid r1)" || :
	start r1 "$@"
	status=0
	wait "$(daemon_pid r1)" || status=$?
	[ "$status" = 1 ]
}

plan 18
pair
start r1
within 20 is r1 active
start r2
within 20 is r2 backup
within 10 serves r1

edit 's|"192.0.2.1/24"|"192.0.2.1/24", "192.0.2.3/24"|; s/= 200/= 150/'
check "with one more address, nothing is lost" \
	spares r1_is_taken_over true --interval 5ms
check "it has the address" within 5 holds r1 192.0.2.3
check "it has its priority" has_priority 150
config r1 200
takes_over r1
check "without it, it goes" within 5 not holds r1 192.0.2.3
check "and the others stay" serves r1

with_more
takes_over r1
check "one more virtual router begins" within 10 more_is active
check "it has its macvlan" macvlans 3
config r1 200
takes_over r1
check "one that is no more, is ended by who had it" within 10 macvlans 2
check "and nobody has taken over all the while" nobody_took_over

check "who is killed before it takes, changes nothing" is_killed_waiting
check "the other one goes on" is r1 active
check "and may be taken over again" takes_over r1
check "as ever" eval 'is r1 active && nobody_took_over'
check "who loses the other one while it waits, begins" loses_the_other
check "and serves" within 20 is r1 active

virtual_mac=false
config r1 200
takes_over r1
check "who would be another one begins anew, when the other has left" \
	within 20 eval 'is r1 active && serves r1 && macvlans 0'
check "a stand-in needs somebody to stand in for" refused --stand-in
start r1 --take-over
check "who takes over from nobody, begins" within 20 is r1 active
stop r1
stop r2
