/* SPDX-License-Identifier: MIT */
/*
 * Settings of an operator who wants more than we do are left alone; those that
 * we changed are remembered, so that they can be given back.
 */
#include "vrrpd/tuning.h"

#include "netlink/link.h"
#include "vrrpd/multicast.h"

#include <sys/socket.h>

/*
 * The host's ARP would answer for an address of any interface on any other,
 * and ask with the source of the packet that it has to send: for a virtual
 * address on its macvlan with the real MAC of this one.
 */
static const struct {
	const char *key;
	int least;
} arp_settings[] = { { "arp_ignore", 1 }, { "arp_announce", 2 } };

enum { ARP_SETTINGS = sizeof arp_settings / sizeof *arp_settings };

void tuning_init(struct tuning *tuning)
{
	for (int i = 0; i < TUNING_GROUPS; i++)
		tuning->member[i] = -1;
	for (int i = 0; i < ARP_SETTINGS; i++)
		tuning->arp[i] = -1;
}

static int join(int group, int ifindex)
{
	if (group == TUNING_ROUTERS)
		return multicast_join_routers(ifindex);
	return multicast_join(group == TUNING_IPV4 ? AF_INET : AF_INET6,
			      ifindex);
}

void tuning_join(struct tuning *tuning, int ifindex, bool routers)
{
	for (int i = 0; i < TUNING_GROUPS; i++)
		if (tuning->member[i] < 0 && (i != TUNING_ROUTERS || routers))
			tuning->member[i] = join(i, ifindex);
}

static void silence(struct tuning *tuning, const char *name)
{
	for (int i = 0; i < ARP_SETTINGS; i++) {
		const char *key = arp_settings[i].key;
		int least = arp_settings[i].least;
		int before = link_setting_read(AF_INET, name, key);

		if (before >= 0 && before < least &&
		    link_setting_write(AF_INET, name, key, least) == 0)
			tuning->arp[i] = before;
	}
}

static void restore(struct tuning *tuning, const char *name)
{
	for (int i = 0; i < ARP_SETTINGS; i++) {
		if (tuning->arp[i] >= 0)
			link_setting_write(AF_INET, name, arp_settings[i].key,
					   tuning->arp[i]);
		tuning->arp[i] = -1;
	}
}

void tuning_silence_arp(struct tuning *tuning, const char *name, bool silent)
{
	if (silent)
		silence(tuning, name);
	else
		restore(tuning, name);
}

void tuning_undo(struct tuning *tuning, const char *name)
{
	for (int i = 0; i < TUNING_GROUPS; i++) {
		multicast_leave(tuning->member[i]);
		tuning->member[i] = -1;
	}
	restore(tuning, name);
}
