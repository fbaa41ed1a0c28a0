// Which variant and which arms an identity gets, and why: the same functions that decide in the data plane,
// asked without a request.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "routing/snapshot.h"

namespace sluice {

// `given`: an identity, the whole value of the service's cookie, or an address where addresses identify.
[[nodiscard]] boost::json::object whois_json(const Service& service, const std::string& given);

}  // namespace sluice
