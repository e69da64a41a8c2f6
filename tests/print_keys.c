/* SPDX-License-Identifier: MIT */
/* Prints what vrrpd.cfg(5) must say of the keys; tests/lint compares. */
#include "vrrpd/config.h"

int main(void)
{
	config_print_keys(stdout);
	return 0;
}
