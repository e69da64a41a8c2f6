/* SPDX-License-Identifier: MIT */
/*
 * The program in the kernel against the pure codec: the kernel runs it on a
 * frame (BPF_PROG_TEST_RUN), and the reason that it writes into its ring has to
 * be that of packet_parse(), with what an interface knows besides.  The frames
 * are the golden ones, the corpora of the fuzzer, and both damaged at random,
 * half of them with their checksums mended.
 */
#include "vrrpd/bpf_objects.h"
#include "vrrpd/xdp_tap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>

#include "tests/golden.h"
#include "tests/veth.h"

#define ROOM   3000 /* octets: of a frame in one piece */
#define DAMAGE 100  /* variants of each frame */

static struct bpf_object *object;
static struct ring_buffer *ring;
static int program, rules_fd;
static struct xdp_tap_rules rules;
static unsigned reasons[PACKET_REASONS];

struct heard {
	int records;
	uint32_t reason, len;
	uint8_t frame[PACKET_MAX];
};
static struct heard heard;

static int take(void *ctx, void *data, size_t size)
{
	const struct xdp_tap_record *record = data;

	(void)ctx;
	assert_true(size >= sizeof(*record) + record->len);
	heard.records++;
	heard.reason = record->reason;
	heard.len = record->len;
	memcpy(heard.frame, record->frame, record->len);
	return 0;
}

static void write_rules(void)
{
	uint32_t zero = 0;

	assert_int_equal(bpf_map_update_elem(rules_fd, &zero, &rules, BPF_ANY),
			 0);
}

static bool is_own(unsigned family, const uint8_t source[16])
{
	for (uint32_t i = 0; i < rules.own_count[family]; i++)
		if (memcmp(rules.own[family][i], source, 16) == 0)
			return true;
	return false;
}

/* As interface.c judges; none that is not VRRP is told of. */
static enum packet_reason verdict(const uint8_t *frame, size_t len)
{
	struct packet p;
	enum packet_reason reason = packet_parse(frame, len, &p);
	unsigned family = p.family == AF_INET ? XDP_TAP_IPV4 : XDP_TAP_IPV6;

	if (reason != PACKET_OK && reason < PACKET_OWN)
		return reason;
	if (is_own(family, p.source))
		return PACKET_OWN;
	if (reason != PACKET_OK && reason < PACKET_VRID)
		return reason;
	if (!(rules.vrids[family][p.vrid / 8] >> p.vrid % 8 & 1))
		return PACKET_VRID;
	return reason;
}

static void run(const uint8_t *frame, size_t len, uint32_t *action)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = (uint32_t)len,
		.repeat = 1,
	};

	heard.records = 0;
	assert_int_equal(bpf_prog_test_run_opts(program, &opts), 0);
	*action = opts.retval;
	assert_true(ring_buffer__consume(ring) >= 0);
}

static void show(const char *what, const uint8_t *frame, size_t len)
{
	print_message("# %s:", what);
	for (size_t i = 0; i < len; i++)
		print_message("%s%02x", i % 2 ? "" : " ", frame[i]);
	print_message("\n");
}

static void check(const uint8_t *frame, size_t len)
{
	enum packet_reason wanted = verdict(frame, len), got;
	uint32_t action;

	if (len < IP || len > ROOM)
		return;
	run(frame, len, &action);
	assert_int_equal(action, XDP_PASS);
	assert_true(heard.records <= 1);
	got = heard.records == 0 ? PACKET_NOT_VRRP
				 : (enum packet_reason)heard.reason;
	reasons[got]++;
	if (got != wanted)
		show(packet_reason_name(wanted), frame, len);
	assert_string_equal(packet_reason_name(got),
			    packet_reason_name(wanted));
	if (heard.records == 0)
		return;
	assert_int_equal(heard.len, len);
	assert_memory_equal(heard.frame, frame, len);
}

/* Where the checksums of an undamaged frame would be. */
static void mend(uint8_t *frame, size_t len)
{
	size_t message = 8u + frame[MESSAGE4 + 3] * 4u;

	if (frame[12] != 8) {
		if (len >= MESSAGE6 + 8)
			fix_message6(frame, len - MESSAGE6);
		return;
	}
	if (len < MESSAGE4 + 8)
		return;
	fix_ip(frame);
	fix_message4(frame,
		     message < len - MESSAGE4 ? message : len - MESSAGE4);
}

static void damage(const uint8_t *frame, size_t len)
{
	static uint8_t bad[ROOM];

	for (int n = 0; n < DAMAGE; n++) {
		size_t now = len;

		memcpy(bad, frame, len);
		for (int bytes = 1 + rand() % 3; bytes > 0; bytes--)
			bad[12 + (size_t)rand() % (len - 12)] =
				(uint8_t)(rand() % 2 ? rand() : rand() % 4);
		if (n % 8 == 0) /* cut off, or padding behind it */
			now = 14 + (size_t)rand() % (len + 16 - 14);
		if (now > len)
			memset(bad + len, 0, now - len);
		if (n % 2)
			mend(bad, now);
		check(bad, now);
	}
}

static void try_each(const uint8_t *frame, size_t len)
{
	if (len < IP + 1 || len > ROOM - 64)
		return;
	check(frame, len);
	damage(frame, len);
}

static void try_files(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		static uint8_t frame[65536];
		char name[512];
		size_t len;
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		file = fopen(name, "re");
		assert_non_null(file);
		len = fread(frame, 1, sizeof(frame), file);
		fclose(file);
		try_each(frame, len);
	}
	closedir(directory);
}

static void try_all(void)
{
	uint8_t frame[PACKET_MAX];

	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		try_each(frame, unhex(frame, golden[i].frame));
	try_files("tests/fuzz/corpus/packet");
	try_files("tests/fuzz/corpus/frames");
	try_files("tests/fuzz/corpus/neighbor");
}

/* The longest list that a frame has in one piece, and one octet of padding. */
static void try_long(void)
{
	static uint8_t addresses[255 * 16] = { 0xfe, 0x80, [15] = 1 };
	static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 2, 51 };
	uint8_t frame[PACKET_MAX];
	struct packet p = { .family = AF_INET,
			    .vrid = 51,
			    .priority = 100,
			    .count = 255,
			    .interval = 10000,
			    .source = { 10, 0, 0, 1 },
			    .addresses = addresses };

	check(frame, packet_build(frame, sizeof(frame), &p, mac));
	assert_int_equal(heard.reason, PACKET_OK);
	p.family = AF_INET6;
	p.count = 180;
	check(frame, packet_build(frame, sizeof(frame), &p, mac));
	assert_int_equal(heard.reason, PACKET_OK);
	frame[1000] ^= 1;
	check(frame, 14 + 40 + 8 + 180 * 16);
	assert_int_equal(heard.reason, PACKET_CHECKSUM);
}

static void judges_as_the_codec_does(void **state)
{
	(void)state;
	srand(112);
	memset(rules.vrids, 0xff, sizeof(rules.vrids));
	write_rules();
	try_all();
	try_long();
	/* The VRID of the golden frames is nobody's, and one sender is us. */
	rules.vrids[0][51 / 8] = rules.vrids[1][51 / 8] = 0;
	write_rules();
	try_all();
	unhex((uint8_t *)rules.own[0][0], "c0000202");
	unhex((uint8_t *)rules.own[1][2], SRC6);
	rules.own_count[0] = 1;
	rules.own_count[1] = 3;
	write_rules();
	try_all();
	for (int i = PACKET_NOT_VRRP; i < PACKET_REASONS; i++) {
		print_message("# %s: %u\n",
			      packet_reason_name((enum packet_reason)i),
			      reasons[i]);
		assert_true(reasons[i] > 0);
	}
}

static uint64_t kept(uint8_t vrid, uint32_t reason)
{
	uint32_t slot = xdp_tap_slot(XDP_TAP_IPV4, vrid, reason);
	uint64_t count;
	int fd = bpf_object__find_map_fd_by_name(object, "kept");

	assert_int_equal(bpf_map_lookup_elem(fd, &slot, &count), 0);
	return count;
}

/* What is kept back is counted by reason and VRID, and goes on to the host,
   unless it is an advertisement too many. */
static void counts_what_it_keeps(void **state)
{
	uint8_t frame[64];
	size_t len = unhex(frame, GOOD4);
	uint32_t action;
	int handed = 0;

	(void)state;
	rules.good = rules.bad = (struct xdp_tap_pace){ 1000000000, 4 };
	write_rules();
	for (int i = 0; i < 20; i++) {
		run(frame, len, &action);
		handed += heard.records;
		assert_int_equal(action, heard.records ? XDP_PASS : XDP_DROP);
	}
	assert_in_range(handed, 4, 8);
	assert_int_equal(kept(51, PACKET_OK), 20 - handed);
	/* Another sender's is not held up by that. */
	frame[28] ^= 0x15;
	mend(frame, len);
	run(frame, len, &action);
	assert_int_equal(heard.records, 1);
	frame[22] = 254;
	mend(frame, len);
	handed = 0;
	for (int i = 0; i < 20; i++) {
		run(frame, len, &action);
		handed += heard.records;
		assert_int_equal(action, XDP_PASS);
	}
	assert_in_range(handed, 4, 8);
	assert_int_equal(kept(51, PACKET_TTL), 20 - handed);
	assert_int_equal(kept(52, PACKET_TTL), 0);
}

static int set_up(void **state)
{
	(void)state;
	memset(&rules, 0, sizeof(rules));
	memset(rules.vrids, 0xff, sizeof(rules.vrids));
	object = bpf_object__open_mem(
		xdp_object, (size_t)(xdp_object_end - xdp_object), NULL);
	assert_non_null(object);
	assert_int_equal(bpf_object__load(object), 0);
	program = bpf_program__fd(
		bpf_object__find_program_by_name(object, "xdp_tap"));
	rules_fd = bpf_object__find_map_fd_by_name(object, "rules");
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "ring"),
				take, NULL, NULL);
	assert_non_null(ring);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ring_buffer__free(ring);
	bpf_object__close(object);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(judges_as_the_codec_does,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_what_it_keeps, set_up,
						tear_down),
	};
	int map = bpf_map_create(BPF_MAP_TYPE_RINGBUF, NULL, 0, 0, 4096, NULL);

	if (map < 0) {
		puts("1..0 # SKIP no BPF programs may be loaded here");
		return 0;
	}
	close(map);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
