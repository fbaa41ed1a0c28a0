// One function per endpoint; routes.cpp says which answers what.
#pragma once

#include <boost/asio/awaitable.hpp>

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
boost::asio::awaitable<ApiResponse> put_weights(AdminApi& api, ApiRequest request);
ApiResponse rollouts(AdminApi& api, const ApiRequest& request);
ApiResponse rollout(AdminApi& api, const ApiRequest& request);
boost::asio::awaitable<ApiResponse> start_rollout(AdminApi& api, ApiRequest request);
boost::asio::awaitable<ApiResponse> pause_rollout(AdminApi& api, ApiRequest request);
boost::asio::awaitable<ApiResponse> resume_rollout(AdminApi& api, ApiRequest request);
boost::asio::awaitable<ApiResponse> promote_rollout(AdminApi& api, ApiRequest request);
boost::asio::awaitable<ApiResponse> approve_rollout(AdminApi& api, ApiRequest request);
boost::asio::awaitable<ApiResponse> abort_rollout(AdminApi& api, ApiRequest request);
ApiResponse revisions(AdminApi& api, const ApiRequest& request);
ApiResponse revision(AdminApi& api, const ApiRequest& request);
boost::asio::awaitable<ApiResponse> roll_back(AdminApi& api, ApiRequest request);
ApiResponse get_config(AdminApi& api, const ApiRequest& request);
boost::asio::awaitable<ApiResponse> put_config(AdminApi& api, ApiRequest request);
ApiResponse target_groups(AdminApi& api, const ApiRequest& request);
ApiResponse target_group(AdminApi& api, const ApiRequest& request);
ApiResponse drain_target(AdminApi& api, const ApiRequest& request);
ApiResponse undrain_target(AdminApi& api, const ApiRequest& request);
ApiResponse events(AdminApi& api, const ApiRequest& request);
ApiResponse experiments(AdminApi& api, const ApiRequest& request);
ApiResponse whois(AdminApi& api, const ApiRequest& request);
ApiResponse sign_override(AdminApi& api, const ApiRequest& request);

}  // namespace sluice::endpoints
