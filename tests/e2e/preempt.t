#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Who is Active stays Active, when told so: for good, or for a while.
family=ipv4 extra="preempt = false;"
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

pair
start r2
within 10 is r2 active
start r1
within 10 is r1 backup
sleep 0.9
check "without preemption the better router lets the other one be" \
	eval 'is r1 backup && is r2 active'
stop r2
check "and takes over when that one leaves" within 10 is r1 active
stop r1

extra='preempt_delay = "3s";'
config r1 200
start r2
within 10 is r2 active
began=$(now_us)
start r1
within 10 is r1 backup
check "with a delay it waits" is r2 active
check "and then preempts" within 10 is r1 active
check "no earlier than that" [ $(($(now_us) - began)) -ge 3000000 ]
check "the other one yields" within 10 is r2 backup
