// An origin that speaks HTTP/2: each stream of its connection is an actor of its own, with the script of the
// request that came on it.
#pragma once

#include "tests/session/actor.h"
#include "tests/session/h2_endpoint.h"

namespace sluice::session {

class H2Origin final : public Partner {
 public:
  // Takes over the descriptor. `manner`: of each stream's actor.
  H2Origin(int fd, std::size_t slice, Manner manner)
      : endpoint_(fd, H2Endpoint::Side::origin, slice), manner_(std::move(manner)) {}

  bool act(std::string_view heard_by_origin) override;
  [[nodiscard]] bool has_left() const override { return endpoint_.has_left(); }
  [[nodiscard]] std::string_view heard() const override;
  [[nodiscard]] std::string complaint() const override { return endpoint_.complaint(); }

 private:
  H2Endpoint endpoint_;
  Manner manner_;
  std::map<std::int32_t, Actor> actors_;  // by stream
};

}  // namespace sluice::session
