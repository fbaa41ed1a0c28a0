// HTTP calls by libcurl on an io_context: POSTs that neither follow redirects nor use proxies or a netrc of
// the environment, with certificates verified against the system's authorities, each on a connection of its
// own. Everything here is on the io_context's one thread.
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/rollout/hook_answer.h"

namespace sluice {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::chrono::milliseconds timeout{};  // for all of it
};

// One call in progress. Destroying it ends it at once, and nothing is told.
class HttpTransfer {
 public:
  virtual ~HttpTransfer() = default;
};

class HttpCalls {
 public:
  explicit HttpCalls(boost::asio::io_context& io);
  ~HttpCalls();  // after all transfers
  HttpCalls(const HttpCalls&) = delete;
  HttpCalls& operator=(const HttpCalls&) = delete;

  // `done` is called once, never from inside this, and may destroy the transfer.
  [[nodiscard]] std::unique_ptr<HttpTransfer> post(HttpRequest request, std::function<void(HttpResult)> done);

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

}  // namespace sluice
