/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_CLAIMS_H
#define CONFIG_CLAIMS_H

/*
 * The virtual addresses of a configuration file, and where each was given:
 * what text is one, in which order a virtual router has them, and that no two
 * virtual routers of a LAN have the same.  What is wrong is reported to the
 * scan; libconfig is config.c's business.
 */

#include "vrrpd/config_scan.h"

struct config_claim {
	struct address address;
	size_t router; /* of the configuration */
	unsigned line;
};

struct config_claims {
	struct config_scan *scan;
	struct config_claim *items; /* in the order of the file */
	size_t count;
};

/* An item of a router's virtual_addresses. */
void config_claims_add(struct config_claims *claims, const char *text,
		       size_t router, unsigned line);

/*
 * Gives a router its addresses: IPv4 in the order of the file, then IPv6, a
 * link-local address in front, the order on the wire (RFC 9568 section 5.2.9).
 */
void config_claims_arrange(const struct config_claims *claims, size_t router,
			   struct config_router *r);

/* An address is answered for by one virtual router of a LAN. */
void config_claims_check(const struct config_claims *claims,
			 const struct config *config);

void config_claims_free(struct config_claims *claims);

#endif
