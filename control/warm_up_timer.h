// Takes the steps of warm-ups when they are due. Control thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "control/revisions.h"

namespace sluice {

class WarmUpTimer {
 public:
  // `revisions` outlives it.
  WarmUpTimer(boost::asio::io_context& control, Revisions& revisions)
      : timer_(control), revisions_(revisions) {}

  // To be called when a revision was made: there may be a warm-up now, or none any more.
  void arm();

 private:
  boost::asio::steady_timer timer_;
  Revisions& revisions_;
};

}  // namespace sluice
