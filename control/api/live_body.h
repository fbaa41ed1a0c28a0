// The body of an answer that goes on as things happen. Control thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

namespace sluice {

class LiveBody {
 public:
  virtual ~LiveBody() = default;

  // The next part, once there is one; empty: the end.
  virtual boost::asio::awaitable<std::string> next() = 0;
  // It ends now, also for whoever waits in next().
  virtual void stop() = 0;
};

}  // namespace sluice
