#!/bin/sh
# SPDX-License-Identifier: MIT
# keepalived does not understand the checksum of RFC 9568, and vrrpd says so
daemon_r1=vrrpd daemon_r2=keepalived
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# The new form: keepalived hears nobody, so both are Active, and vrrpd tells why.
checksum=rfc9568 family=ipv4
quiet() { grep -q "RFC 5798" "$LAB/r1/log"; }
