# SPDX-License-Identifier: MIT
#
# make           build vrrpd and vrrpctl
# make demo      two routers, a switch, a client: watch an address move
# make check     all tests                    make asan   the same, sanitized
# make lint      format, layers, purity, shell, man pages
# make conformance  RFC 9568 row by row, from outside
# make rfc       each requirement of RFC 9568, and its tests
# make bench     takeovers and their cost, beside keepalived and FRR
# make fuzz T=60 each fuzz target for T seconds
# make explore   three routers, a thousand million interleavings
# make mutate    do the tests notice each change of the pure modules?
# make cov       branch coverage of the pure modules
# make install   into $(DESTDIR)$(PREFIX)     make clean
#
# B selects the build directory, so that flavours never share objects; V=1
# shows the commands.  Debian packages that demo, check, asan, lint and bench
# need and do not find are installed with apt-get (as root).

B ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
VERSION := 0.1.0

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wformat=2
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) -MMD -MP -iquote . \
	-isystem /usr/include/libnl3 -DVERSION='"$(VERSION)"' \
	-DBPF_OBJECTS='"$(B)/obj/vrrpd/"' $(CPPFLAGS) $(CFLAGS)

# The layers, lowest first, with the edges as what is in no other: a module
# includes its own layer or a lower one.  tests/lint-layers holds this against
# the code.
PURE = vrrpd/vrrp vrrpd/packet vrrpd/announce vrrpd/lateness vrrpd/model \
	vrrpd/neighbor vrrpd/router_advert
LIVE = $(addprefix vrrpd/,advertiser announcer audit backend claim \
	daemon drain fencing hearing heir inquiry interface interface_status \
	leftovers owner responder router router_estate router_status routers \
	sending settings succession transition wish)
MAIN = vrrpd/main
CLIENT = vrrpd/ask vrrpd/metrics vrrpd/vrrpctl
EDGES := $(filter-out $(PURE) $(LIVE) $(MAIN) $(CLIENT),$(basename \
	$(wildcard vrrpd/*.c netlink/*.c)))
MODULES = $(filter-out $(UNUSED),$(PURE) $(EDGES) $(LIVE))
LIBS = -lnl-3 -lpcap -lconfig -ljansson -lpthread

# What runs in the kernel is there if clang and libbpf-dev are: XDP, the fence.
BPF_CC = clang -target bpf -ffreestanding -O2 -g -Wall -Wextra -iquote . \
	-I/usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)
BPF = vrrpd/xdp_tap.bpf vrrpd/fence.bpf
HAS_BPF := $(shell printf '\043include <linux/bpf.h>\n\043include \
	<bpf/bpf_helpers.h>\n' | $(BPF_CC) -E -xc - >/dev/null 2>&1 && echo yes)
ifeq ($(HAS_BPF),yes)
UNUSED = vrrpd/port_xdp_missing vrrpd/fence_missing $(BPF)
LIBS += -lbpf
XDP_TOOLS = $(B)/xdp_cost
else
$(info built without XDP and fence: clang or libbpf-dev is missing)
UNUSED = vrrpd/port_xdp vrrpd/fence_kernel vrrpd/bpf_objects $(BPF)
UNTESTED = test_xdp test_port_xdp test_fence
endif

TESTS = $(filter-out $(UNTESTED),$(patsubst tests/%.c,%,$(wildcard \
	tests/test_*.c)))
E2E = $(wildcard tests/e2e/*.t)
LAB = $(wildcard tests/lab/*.t)
# They flood, or hold a lock of the kernel, which all namespaces share.
LAB_ALONE = $(patsubst %,tests/lab/%.t,busy flood hold hostile probe)
# They mostly wait, and do not mind others that do.
PATIENT = $(patsubst %,$(B)/tests/test_%,$(filter-out \
	$(UNTESTED:test_%=%),gate fence)) $(patsubst %,tests/e2e/%.t,accept \
	drain leftovers overslept reload-interfaces reload-kinds resume stand-in \
	take-over take-over-changes)
CONFORMANCE = $(filter-out tests/conformance/wallclock,\
	$(patsubst %.c,%,$(wildcard tests/conformance/*.c)))
SIM = $(patsubst %.c,%,$(wildcard tests/sim/*.c))
FUZZ = config control core neighbor packet frames
COV = announce lateness model neighbor packet packet_edges vrrp vrrp_change \
	vrrp_edges vrrp_handover lan router_advert
# The lab's programs; what else is there is a part of some of them.
PROGRAMS = echo hold hostile mute probe stamp wire
TOOLS = $(PROGRAMS:%=$(B)/%) $(B)/config_json $(XDP_TOOLS)
PARTS = $(filter-out $(PROGRAMS) config_json xdp_%,$(basename $(notdir \
	$(wildcard netns-lab/tools/*.c))))

# What lives on simulated LANs; all else is a fake of its own in tests/sim, or
# a call that the linker turns over to one.
SIM_REAL = $(PURE) $(filter-out %/daemon %/drain %/heir %/inquiry %/leftovers \
	%/router_estate %/routers %/succession,$(LIVE)) vrrpd/cpu \
	vrrpd/duration vrrpd/fence vrrpd/log vrrpd/loop vrrpd/naming \
	vrrpd/promises vrrpd/tuning netlink/address
SIM_WRAPPED = clock_gettime close epoll_create1 epoll_ctl epoll_wait \
	log_write read timerfd_create timerfd_settime

NEED = $(Q)sh netns-lab/need
Q = $(if $(V),,@)
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all

all: $(B)/vrrpd $(B)/vrrpctl

$(B)/vrrpd $(B)/config_json $(B)/print_keys: LDLIBS += $(LIBS)
$(B)/vrrpd: $(MAIN:%=$(B)/obj/%.o) $(B)/modules.a
$(B)/vrrpctl: $(CLIENT:%=$(B)/obj/%.o)
$(B)/vrrpctl: LDLIBS += -ljansson
$(PROGRAMS:%=$(B)/%): $(B)/%: $(B)/obj/netns-lab/tools/%.o $(B)/tools.a
$(B)/xdp_cost: $(patsubst %,$(B)/obj/netns-lab/tools/xdp_%.o,cable cost way) \
	$(B)/obj/vrrpd/bpf_objects.o $(B)/tools.a
$(B)/xdp_cost: LDLIBS += -lbpf
$(B)/tests/test_probe: $(B)/tools.a
$(B)/config_json: $(B)/obj/netns-lab/tools/config_json.o $(B)/modules.a
$(B)/print_keys: $(B)/obj/tests/print_keys.o $(B)/modules.a
$(B)/conformance: $(CONFORMANCE:%=$(B)/obj/%.o)
$(B)/sim: $(SIM:%=$(B)/obj/%.o) $(SIM_REAL:%=$(B)/obj/%.o)
$(B)/sim: LDLIBS += $(SIM_WRAPPED:%=-Wl,--wrap=%) -lpthread
$(B)/vrrpd $(B)/vrrpctl $(B)/print_keys $(B)/conformance $(B)/sim $(TOOLS):
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/tests/%: $(B)/obj/tests/%.o $(B)/modules.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# Into ip(8), too: never sanitized.
PRELOADED = $(B)/wallclock.so $(B)/requests.so $(B)/memory.so
$(B)/wallclock.so: tests/conformance/wallclock.c
$(B)/requests.so: tests/e2e/requests.c
$(B)/memory.so: tests/e2e/memory.c
$(PRELOADED):
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -o $@ $<

$(B)/replay/%: $(B)/obj/tests/fuzz/%.o $(B)/obj/tests/fuzz/replay.o \
		$(B)/modules.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/modules.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(B)/modules.a: $(MODULES:%=$(B)/obj/%.o)
$(B)/tools.a: $(PARTS:%=$(B)/obj/netns-lab/tools/%.o)
$(B)/modules.a $(B)/tools.a:
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/obj/vrrpd/%.bpf.o: vrrpd/%.bpf.c
	@mkdir -p $(@D)
	$(Q)$(BPF_CC) -MMD -MP -c -o $@ $<
$(B)/obj/vrrpd/bpf_objects.o: $(BPF:%=$(B)/obj/%.o)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

demo: lab
	$(Q)B=$(B) netns-lab/demo

# Of each fault at 10 ms the bench has RUNS for each daemon that is installed.
RUNS ?= 6
bench: lab
	$(Q)B=$(B) netns-lab/bench --runs $(RUNS)

check:
	$(NEED) check
	$(Q)$(MAKE) --no-print-directory all $(TOOLS) $(TESTS:%=$(B)/tests/%) \
		$(FUZZ:%=$(B)/replay/%) $(B)/conformance $(PRELOADED) $(B)/sim
	$(Q)rm -rf $(B)/summary
	$(Q)B=$(B) CMOCKA_MESSAGE_OUTPUT=TAP prove --timer -e '' \
		$(filter-out $(PATIENT),$(TESTS:%=$(B)/tests/%) \
		tests/fuzz/replay.t tests/sim/sim.t tests/conformance/rfc.t \
		tests/conformance/run $(E2E))
	$(Q)B=$(B) CMOCKA_MESSAGE_OUTPUT=TAP prove --timer -j 4 -e '' $(PATIENT)
	$(Q)B=$(B) prove --timer -j 2 -e '' $(filter-out $(LAB_ALONE),$(LAB))
	$(Q)B=$(B) prove --timer -e '' $(filter $(LAB_ALONE),$(LAB))
	$(Q)tests/summary $(B)/summary conformance explore fuzz

conformance:
	$(NEED) check
	$(Q)$(MAKE) --no-print-directory all $(TOOLS) $(B)/conformance \
		$(B)/wallclock.so
	$(Q)B=$(B) prove --timer -e '' tests/conformance/run

rfc:
	$(NEED) build
	$(Q)$(MAKE) --no-print-directory $(B)/conformance
	$(Q)tests/conformance/rfc $(B)/conformance

# Of the rows those that are hard on memory: sanitized, an agent is too slow for
# what others measure.  Of the lab its programs in C.
ASAN_ROWS = C-06c G-07 K-05off K-10 K-14 K-19 M-08each R-10 R-28 S-01 T-13
ASAN_LAB = hostile probe stamp wire
asan:
	$(Q)ROWS='$(ASAN_ROWS)' $(MAKE) B=$(B)/asan CFLAGS='$(SANITIZE)' \
		LAB='$(ASAN_LAB:%=tests/lab/%.t)' EXPLORE_SCALE=$(SCALE) check
SCALE ?= 10

explore:
	$(NEED) check
	$(Q)$(MAKE) --no-print-directory $(B)/tests/explore
	$(Q)$(B)/tests/explore

# What the fuzzer finds, it leaves in the build directory; what was mended
# stays in tests/fuzz/regressions, which check replays.
T ?= 60
fuzz:
	$(NEED) fuzz
	$(Q)$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang \
		CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' \
		$(FUZZ:%=$(B)/fuzz/fuzz/%)
	$(Q)tests/fuzz/run $(B)/fuzz $(T) $(FUZZ)

mutate:
	$(NEED) check
	$(Q)tests/mutate $(B)/mutate

cov:
	$(NEED) check
	$(Q)$(MAKE) --no-print-directory B=$(B)/cov CFLAGS='-O0 -g --coverage' \
		$(COV:%=$(B)/cov/tests/test_%)
	$(Q)tests/cov $(B)/cov $(PURE)

lint:
	$(NEED) lint
	$(Q)$(MAKE) --no-print-directory all $(B)/print_keys
	$(Q)PURE='$(PURE)' EDGES='$(EDGES)' LIVE='$(LIVE)' MAIN='$(MAIN)' \
		CLIENT='$(CLIENT)' tests/lint $(B)

# What netns-lab/lab needs.
lab:
	$(NEED) lab
	$(Q)$(MAKE) --no-print-directory all $(TOOLS)

install: all
	install -D -t $(DESTDIR)$(PREFIX)/sbin $(B)/vrrpd $(B)/vrrpctl
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 man/*.8
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 man/*.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/vrrpd \
		man/vrrpd.cfg.example
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@SBINDIR@|$(PREFIX)/sbin|' vrrpd/vrrpd.service \
		>$(DESTDIR)$(PREFIX)/lib/systemd/system/vrrpd.service

clean:
	rm -rf $(B)

.PHONY: all asan bench check clean conformance cov demo explore fuzz install \
	lab lint mutate rfc
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
