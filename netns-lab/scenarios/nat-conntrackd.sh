#!/bin/sh
# SPDX-License-Identifier: MIT
# A NAT gateway with conntrackd: a download survives its crash
family=ipv4
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

command -v conntrackd >/dev/null || skip "conntrackd is not installed"

# Whatever leaves for the server does so as the virtual address of that side.
translate() {
	inside "$1" nft -f - <<-END
		table ip nat {
			chain leaving {
				type nat hook postrouting priority 100
				oifname "eth1" ip saddr 192.0.2.0/24 \
					snat to 198.51.100.1
			}
		}
	END
}

# replicate NAME ADDRESS PEER: each router's kernel has what the other one's
# knows of connections; so no script needs to be called when one takes over.
replicate() {
	cat >"$LAB/$1/conntrackd.conf" <<-END
		Sync {
			Mode FTFW {
				DisableExternalCache on
			}
			UDP {
				IPv4_address $2
				IPv4_Destination_Address $3
				Port 3780
				Interface eth1
			}
		}
		General {
			LockFile $LAB/$1/conntrackd.lock
			UNIX {
				Path $LAB/$1/conntrackd.ctl
			}
			Filter From Userspace {
				Protocol Accept {
					TCP
				}
			}
		}
	END
	LAB_HELPER=conntrackd ip netns exec "$1" conntrackd \
		-C "$LAB/$1/conntrackd.conf" >"$LAB/$1/conntrackd.log" 2>&1 &
	within 10 grep -q "initialization completed" "$LAB/$1/conntrackd.log"
}

gateway_both
for name in r1 r2; do
	translate $name
done
replicate r1 198.51.100.11 198.51.100.12
replicate r2 198.51.100.12 198.51.100.11
serve server
ask download client --mode tcp --interval 10ms $server
watch 1
cut r1
cut r1-eth1
kill r1
becomes r2 active
watch 2
finish
expect_gone "$(awk -v d="$(down_time r2)" 'BEGIN { print 2 * d + 400 }')"
expect_survival download
