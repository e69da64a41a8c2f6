/* SPDX-License-Identifier: MIT */
/*
 * One interface is read with three requests: the link by its name, then its
 * IPv4 and its IPv6 addresses, which the kernel filters by interface as
 * netlink_open() has asked for strict checking.  So a host with thousands of
 * addresses elsewhere costs nothing here.
 */
#include "netlink/link.h"
#include "netlink/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often a dump is asked for again that a change has overtaken. */
#define ATTEMPTS 10

/* RTM_GETLINK of one interface, or of all for NULL. */
static struct nl_msg *ask_links(const char *name)
{
	struct nl_msg *msg;
	struct ifinfomsg ifi = { 0 };

	msg = nlmsg_alloc_simple(RTM_GETLINK, name ? 0 : NLM_F_DUMP);
	if (!msg)
		return NULL;
	if (nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO) ||
	    nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) ||
	    (name && nla_put_string(msg, IFLA_IFNAME, name))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static struct nl_msg *ask_addresses(uint8_t family, int ifindex)
{
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP);
	struct ifaddrmsg ifa = { .ifa_family = family,
				 .ifa_index = (unsigned)ifindex };

	if (msg && nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void parse_kind(struct link *link, struct nlattr *linkinfo)
{
	struct nlattr *info[IFLA_INFO_MAX + 1];
	struct nlattr *data[IFLA_MACVLAN_MAX + 1];

	if (nla_parse_nested(info, IFLA_INFO_MAX, linkinfo, NULL) ||
	    !info[IFLA_INFO_KIND])
		return;
	link->macvlan = !nla_strcmp(info[IFLA_INFO_KIND], "macvlan");
	if (!link->macvlan || !info[IFLA_INFO_DATA] ||
	    nla_parse_nested(data, IFLA_MACVLAN_MAX, info[IFLA_INFO_DATA],
			     NULL) ||
	    !data[IFLA_MACVLAN_MODE])
		return;
	link->vepa = nla_get_u32(data[IFLA_MACVLAN_MODE]) == MACVLAN_MODE_VEPA;
}

static bool has_xdp(struct nlattr *nested)
{
	struct nlattr *xdp[IFLA_XDP_MAX + 1];

	return !nla_parse_nested(xdp, IFLA_XDP_MAX, nested, NULL) &&
	       xdp[IFLA_XDP_ATTACHED] &&
	       nla_get_u8(xdp[IFLA_XDP_ATTACHED]) != XDP_ATTACHED_NONE;
}

static int parse_link(struct link *link, struct nlmsghdr *nlh)
{
	const unsigned operational = IFF_UP | IFF_RUNNING | IFF_LOWER_UP;
	const struct ifinfomsg *ifi = nlmsg_data(nlh);
	struct nlattr *tb[IFLA_MAX + 1];

	if (nlmsg_parse(nlh, sizeof(*ifi), tb, IFLA_MAX, NULL) ||
	    !tb[IFLA_IFNAME])
		return -EBADMSG;
	link->ifindex = ifi->ifi_index;
	link->up = ifi->ifi_flags & IFF_UP;
	link->running = (ifi->ifi_flags & operational) == operational;
	link->ethernet = ifi->ifi_type == ARPHRD_ETHER;
	nla_strlcpy(link->name, tb[IFLA_IFNAME], sizeof(link->name));
	if (tb[IFLA_IFALIAS])
		nla_strlcpy(link->alias, tb[IFLA_IFALIAS], sizeof(link->alias));
	if (tb[IFLA_LINK] && !tb[IFLA_LINK_NETNSID])
		link->parent = nla_get_s32(tb[IFLA_LINK]);
	if (tb[IFLA_MTU])
		link->mtu = nla_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == sizeof(link->mac))
		memcpy(link->mac, nla_data(tb[IFLA_ADDRESS]),
		       sizeof(link->mac));
	if (tb[IFLA_LINKINFO])
		parse_kind(link, tb[IFLA_LINKINFO]);
	link->xdp = tb[IFLA_XDP] && has_xdp(tb[IFLA_XDP]);
	return 0;
}

static int take_link(void *arg, struct nlmsghdr *nlh)
{
	return nlh->nlmsg_type == RTM_NEWLINK ? parse_link(arg, nlh) : 0;
}

static int append_address(struct link *link, const struct link_address *a)
{
	/* Doubled when full: at 0, 1, 2, 4... */
	if (!(link->count & (link->count - 1))) {
		size_t room = link->count ? 2 * link->count : 1;
		void *grown = realloc(link->addresses, room * sizeof(*a));

		if (!grown)
			return -ENOMEM;
		link->addresses = grown;
	}
	link->addresses[link->count++] = *a;
	return 0;
}

struct reading {
	struct link *link;
	uint8_t family;
};

static int take_address(void *arg, struct nlmsghdr *nlh)
{
	const struct reading *reading = arg;
	struct link *link = reading->link;
	struct link_address a = { 0 };
	struct nlattr *tb[IFA_MAX + 1];
	const struct ifaddrmsg *ifa = nlmsg_data(nlh);
	struct nlattr *local;
	uint32_t flags;

	if (nlh->nlmsg_type != RTM_NEWADDR)
		return 0;
	if (nlmsg_parse(nlh, sizeof(*ifa), tb, IFA_MAX, NULL))
		return -EBADMSG;
	/* On a link with a peer, IFA_ADDRESS is the peer's. */
	local = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	/* Without IPv6 the kernel answers with whatever else it has. */
	if (ifa->ifa_family != reading->family ||
	    ifa->ifa_index != (unsigned)link->ifindex)
		return 0;
	if (!local || (size_t)nla_len(local) != address_size(reading->family))
		return -EBADMSG;
	flags = tb[IFA_FLAGS] ? nla_get_u32(tb[IFA_FLAGS]) : ifa->ifa_flags;
	a.address.family = ifa->ifa_family;
	a.address.prefixlen = ifa->ifa_prefixlen;
	memcpy(a.address.bytes, nla_data(local), (size_t)nla_len(local));
	a.tentative = flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
	a.secondary = ifa->ifa_family == AF_INET && flags & IFA_F_SECONDARY;
	a.noprefixroute = flags & IFA_F_NOPREFIXROUTE;
	if (tb[IFA_BROADCAST] && nla_len(tb[IFA_BROADCAST]) == 4)
		memcpy(a.broadcast, nla_data(tb[IFA_BROADCAST]), 4);
	return append_address(link, &a);
}

static int read_once(struct netlink *nl, const char *name, struct link *link)
{
	struct reading ipv4 = { link, AF_INET };
	struct reading ipv6 = { link, AF_INET6 };
	int err = netlink_ask(nl, ask_links(name), take_link, link);

	if (!err)
		err = netlink_ask(nl, ask_addresses(AF_INET, link->ifindex),
				  take_address, &ipv4);
	if (!err)
		err = netlink_ask(nl, ask_addresses(AF_INET6, link->ifindex),
				  take_address, &ipv6);
	return err;
}

int link_read(struct netlink *nl, const char *name, struct link *link)
{
	int err = -EINTR;

	*link = (struct link){ 0 };
	if (!*name ||
	    strlen(name) >= IFNAMSIZ) /* the kernel would say EINVAL */
		return 0;
	for (int i = 0; err == -EINTR && i < ATTEMPTS; i++) {
		link_clear(link);
		err = read_once(nl, name, link);
	}
	if (err)
		link_clear(link);
	if (err == -ENODEV) /* perhaps between two of the requests */
		return 0;
	return err == -EINTR ? -EAGAIN : err;
}

void link_clear(struct link *link)
{
	free(link->addresses);
	*link = (struct link){ 0 };
}

const struct link_address *link_find_address(const struct link *link,
					     const struct address *a)
{
	for (size_t i = 0; i < link->count; i++)
		if (address_equal(&link->addresses[i].address, a))
			return &link->addresses[i];
	return NULL;
}

struct list {
	struct link *links;
	size_t count;
};

static int take_listed(void *arg, struct nlmsghdr *nlh)
{
	struct list *list = arg;
	struct link link = { 0 };
	struct link *grown;
	int err;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return 0;
	err = parse_link(&link, nlh);
	if (err)
		return err;
	grown = realloc(list->links, (list->count + 1) * sizeof(link));
	if (!grown)
		return -ENOMEM;
	list->links = grown;
	list->links[list->count++] = link;
	return 0;
}

int link_list(struct netlink *nl, void (*each)(void *arg, const struct link *),
	      void *arg)
{
	struct list list = { 0 };
	int err = -EINTR;

	/* Collected first, as a second attempt would tell of some twice. */
	for (int i = 0; err == -EINTR && i < ATTEMPTS; i++) {
		list.count = 0;
		err = netlink_ask(nl, ask_links(NULL), take_listed, &list);
	}
	for (size_t i = 0; !err && i < list.count; i++)
		each(arg, &list.links[i]);
	free(list.links);
	return err == -EINTR ? -EAGAIN : err;
}

int link_delete(struct netlink *nl, int ifindex)
{
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_DELLINK, 0);
	struct ifinfomsg ifi = { .ifi_index = ifindex };

	if (ifindex <= 0) {
		nlmsg_free(msg);
		return 0;
	}
	if (msg && nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return netlink_send_one(nl, msg, -ENODEV);
}

/* Returns a descriptor or -errno.  A name must not lead elsewhere. */
static int open_setting(uint8_t family, const char *name, const char *key,
			int flags)
{
	char path[128];
	int len;
	int fd;

	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return -EINVAL;
	len = snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s",
		       family == AF_INET ? "ipv4" : "ipv6", name, key);
	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int link_setting_read(uint8_t family, const char *name, const char *key)
{
	int fd = open_setting(family, name, key, O_RDONLY);
	char text[16];
	ssize_t len;
	long value;
	int err;

	if (fd < 0)
		return fd;
	len = read(fd, text, sizeof(text) - 1);
	err = len < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	text[len] = '\0';
	value = strtol(text, NULL, 10);
	return value < 0 ? -ERANGE : (int)value;
}

int link_setting_write(uint8_t family, const char *name, const char *key,
		       int value)
{
	int fd = open_setting(family, name, key, O_WRONLY);
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", value);
	int err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, (size_t)len) < 0)
		err = -errno;
	close(fd);
	return err;
}
