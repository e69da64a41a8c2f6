/* SPDX-License-Identifier: MIT */
/*
 * The core knows more reasons than the model has words.  Where the model has
 * two for one thing, the choice is explained here; vrrpctl(8) tells it to who
 * reads the words.
 */
#include "vrrpd/model.h"

#include <assert.h>

enum model_event model_obstacle_event(enum model_obstacle obstacle)
{
	switch (obstacle) {
	case MODEL_NO_OBSTACLE:
		return MODEL_SHUTDOWN;
	case MODEL_INTERFACE_OBSTACLE:
		return MODEL_INTERFACE_DOWN;
	case MODEL_PRIMARY_OBSTACLE:
		return MODEL_NO_PRIMARY_ADDRESS;
	case MODEL_ADDRESSES_OBSTACLE:
		return MODEL_NO_VIRTUAL_ADDRESSES;
	}
	assert(0 && "unreachable");
	return MODEL_NO_EVENT;
}

/* An owner that merely starts preempts whoever is there (section 6.4.1). */
static enum model_event start_event(const struct vrrp_parameters *par,
				    enum model_obstacle overcome)
{
	switch (overcome) {
	case MODEL_NO_OBSTACLE:
		return par->priority == VRRP_OWNER ? MODEL_OWNER_PREEMPT
						   : MODEL_STARTUP;
	case MODEL_INTERFACE_OBSTACLE:
		return MODEL_INTERFACE_UP;
	case MODEL_PRIMARY_OBSTACLE:
		return MODEL_PRIMARY_ADDRESS;
	case MODEL_ADDRESSES_OBSTACLE:
		return MODEL_VIRTUAL_ADDRESSES;
	}
	assert(0 && "unreachable");
	return MODEL_NO_EVENT;
}

static enum model_event preempt_event(const struct vrrp_parameters *par)
{
	if (par->priority == VRRP_OWNER)
		return MODEL_OWNER_PREEMPT;
	return par->preempt_delay > 0 ? MODEL_PREEMPT_HOLD_TIMEOUT
				      : MODEL_LOWER_PRIORITY_ACTIVE;
}

enum model_event model_event(const struct vrrp *v, enum model_obstacle obstacle)
{
	switch (v->reason) {
	case VRRP_STARTED:
	case VRRP_RESUMED:
		return start_event(&v->par, obstacle);
	case VRRP_NO_RESPONSE:
	case VRRP_RESIGNED: /* the timer ran out all the same, but sooner */
		return MODEL_ACTIVE_TIMEOUT;
	case VRRP_PREEMPTED:
		return preempt_event(&v->par);
	case VRRP_OUTRANKED:
	case VRRP_TIE_LOST:
		return MODEL_HIGHER_PRIORITY_BACKUP;
	case VRRP_STOPPED:
		return model_obstacle_event(obstacle);
	case VRRP_UNABLE:
		return MODEL_NO_VIRTUAL_ADDRESSES;
	case VRRP_NO_SUCCESSOR: /* it waited for another Active, in vain */
		return v->state == VRRP_ACTIVE ? MODEL_ACTIVE_TIMEOUT
					       : MODEL_SHUTDOWN;
	case VRRP_ASKED:
	case VRRP_HANDED_OVER:
		return MODEL_SHUTDOWN;
	case VRRP_NO_REASON:
	case VRRP_REASONS:
		break;
	}
	return MODEL_NO_EVENT;
}

enum model_active_reason model_active_reason(const struct vrrp *v,
					     enum model_active_reason before)
{
	if (v->state != VRRP_ACTIVE)
		return before;
	switch (v->reason) {
	case VRRP_STARTED:
	case VRRP_RESUMED:
	case VRRP_RESIGNED:
		return MODEL_PRIORITY;
	case VRRP_PREEMPTED:
		return MODEL_PREEMPTED;
	case VRRP_NO_RESPONSE:
	case VRRP_NO_SUCCESSOR:
		return MODEL_NO_RESPONSE;
	case VRRP_NO_REASON:
	case VRRP_OUTRANKED:
	case VRRP_TIE_LOST:
	case VRRP_STOPPED:
	case VRRP_UNABLE:
	case VRRP_ASKED:
	case VRRP_HANDED_OVER:
	case VRRP_REASONS:
		break;
	}
	return before;
}

/* Of the others the model speaks per virtual router, or not at all. */
enum model_protocol_error model_protocol_error(enum packet_reason reason)
{
	static const uint8_t error[PACKET_REASONS] = {
		[PACKET_TTL] = MODEL_IP_TTL_ERROR,
		[PACKET_VERSION] = MODEL_VERSION_ERROR,
		[PACKET_CHECKSUM] = MODEL_CHECKSUM_ERROR,
		[PACKET_VRID] = MODEL_VRID_ERROR,
	};

	return (enum model_protocol_error)error[reason];
}

const char *model_event_name(enum model_event event)
{
	static const char *const name[MODEL_EVENTS] = {
		[MODEL_NO_EVENT] = "none",
		[MODEL_STARTUP] = "startup",
		[MODEL_SHUTDOWN] = "shutdown",
		[MODEL_HIGHER_PRIORITY_BACKUP] = "higher-priority-backup",
		[MODEL_ACTIVE_TIMEOUT] = "active-timeout",
		[MODEL_INTERFACE_UP] = "interface-up",
		[MODEL_INTERFACE_DOWN] = "interface-down",
		[MODEL_NO_PRIMARY_ADDRESS] = "no-primary-ip-address",
		[MODEL_PRIMARY_ADDRESS] = "primary-ip-address",
		[MODEL_NO_VIRTUAL_ADDRESSES] = "no-virtual-ip-addresses",
		[MODEL_VIRTUAL_ADDRESSES] = "virtual-ip-addresses",
		[MODEL_PREEMPT_HOLD_TIMEOUT] = "preempt-hold-timeout",
		[MODEL_LOWER_PRIORITY_ACTIVE] = "lower-priority-active",
		[MODEL_OWNER_PREEMPT] = "owner-preempt",
	};

	return name[event];
}

const char *model_active_reason_name(enum model_active_reason reason)
{
	static const char *const name[MODEL_ACTIVE_REASONS] = {
		[MODEL_NOT_ACTIVE] = "not-active",
		[MODEL_PRIORITY] = "priority",
		[MODEL_PREEMPTED] = "preempted",
		[MODEL_NO_RESPONSE] = "no-response",
	};

	return name[reason];
}

const char *model_protocol_error_name(enum model_protocol_error error)
{
	static const char *const name[MODEL_PROTOCOL_ERRORS] = {
		[MODEL_NO_ERROR] = "none",
		[MODEL_CHECKSUM_ERROR] = "checksum-error",
		[MODEL_IP_TTL_ERROR] = "ip-ttl-error",
		[MODEL_VERSION_ERROR] = "version-error",
		[MODEL_VRID_ERROR] = "vrid-error",
	};

	return name[error];
}

const char *model_router_error_name(enum model_router_error error)
{
	static const char *const name[MODEL_ROUTER_ERRORS] = {
		[MODEL_ADDRESS_LIST_ERROR] = "address-list-error",
		[MODEL_INTERVAL_ERROR] = "interval-error",
		[MODEL_PACKET_LENGTH_ERROR] = "packet-length-error",
	};

	return name[error];
}
