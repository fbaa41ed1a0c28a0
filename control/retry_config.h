// What the configuration says about a service's second tries, in routing's own words. Part of config.h; read
// by read_retry.
#pragma once

#include "routing/service.h"

namespace sluice::config {

using sluice::Fallback;
using sluice::RetryEvent;
using sluice::RetryOn;
using sluice::RetryTo;
using Retry = sluice::RetryPolicy;

}  // namespace sluice::config
