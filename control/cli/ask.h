// A command's question to the proxy: the JSON that it answered with, or the exit code after what went wrong
// has been printed.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "control/cli/admin_client.h"
#include "control/cli/proxy.h"
#include "routing/result.h"

namespace sluice::cli {

[[nodiscard]] Result<boost::json::object, int> ask(const Proxy& admin, AdminRequest request);

}  // namespace sluice::cli
