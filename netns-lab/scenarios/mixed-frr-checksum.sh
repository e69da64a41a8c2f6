#!/bin/sh
# SPDX-License-Identifier: MIT
# FRR does not understand the checksum of RFC 9568, and vrrpd says so
daemon_r1=vrrpd daemon_r2=frr
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# The new form: FRR hears nobody, so both are Active, and vrrpd tells why.
checksum=rfc9568 family=ipv4
quiet() { grep -q "RFC 5798" "$LAB/r1/log"; }
