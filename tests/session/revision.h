// A hand-made revision: one listener on a free port, which forwards everything to the one target of one
// service.
#pragma once

#include <functional>
#include <memory>

#include "proxy/published.h"

namespace sluice::session {

struct RevisionSettings {
  std::uint16_t target_port = 80;
  UpstreamProtocol target_protocol = UpstreamProtocol::http1;
  std::uint64_t body_limit = 0;  // bytes; 0: none
  std::shared_ptr<ListenSockets> sockets{};                       // null: opened
  std::function<void(TargetGroup&)> group = [](TargetGroup&) {};  // what else is to be so
  std::function<void(Service&)> service = [](Service&) {};
  std::function<void(Listener&)> listener = [](Listener&) {};
};

[[nodiscard]] std::shared_ptr<const Published> make_revision(SlotTable& slots,
                                                             const RevisionSettings& settings);

}  // namespace sluice::session
