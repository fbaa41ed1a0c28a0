// One function per endpoint; routes.cpp says which answers what.
#pragma once

#include "control/api/admin_api.h"
#include "control/api/message.h"

namespace sluice::endpoints {

ApiResponse livez(AdminApi& api, const ApiRequest& request);
ApiResponse readyz(AdminApi& api, const ApiRequest& request);
ApiResponse metrics(AdminApi& api, const ApiRequest& request);
ApiResponse openapi(AdminApi& api, const ApiRequest& request);
ApiResponse status(AdminApi& api, const ApiRequest& request);
ApiResponse services(AdminApi& api, const ApiRequest& request);
ApiResponse service(AdminApi& api, const ApiRequest& request);
ApiResponse put_weights(AdminApi& api, const ApiRequest& request);
ApiResponse target_groups(AdminApi& api, const ApiRequest& request);
ApiResponse target_group(AdminApi& api, const ApiRequest& request);
ApiResponse drain_target(AdminApi& api, const ApiRequest& request);
ApiResponse undrain_target(AdminApi& api, const ApiRequest& request);
ApiResponse events(AdminApi& api, const ApiRequest& request);
ApiResponse experiments(AdminApi& api, const ApiRequest& request);
ApiResponse whois(AdminApi& api, const ApiRequest& request);
ApiResponse sign_override(AdminApi& api, const ApiRequest& request);

}  // namespace sluice::endpoints
