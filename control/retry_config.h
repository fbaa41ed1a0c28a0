// What the configuration says about a service's second tries and its mirror. Part of config.h; read by
// read_retry.
#pragma once

#include <cstdint>
#include <string>

#include "routing/service.h"

namespace sluice::config {

using sluice::Fallback;
using sluice::RetryEvent;
using sluice::RetryOn;
using sluice::RetryTo;
using Retry = sluice::RetryPolicy;

// Copies of requests for another variant.
struct Mirror {
  std::string to;                     // a variant
  Weight share{100 * Weight::unit};   // percent of requests
  std::uint64_t body = 64 * 1024;     // bytes
};

}  // namespace sluice::config
