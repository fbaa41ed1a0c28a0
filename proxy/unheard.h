// The client's side of an exchange that has no client, or none any more: takes a response and tells nobody.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Unheard final : public Downstream {
 public:
  [[nodiscard]] BodyStatus take_buffered_body(BodyPart& part) override {
    part = {};
    part.end = true;
    return BodyStatus::ok;
  }
  [[nodiscard]] Awaitable<BodyStatus> read_body(BodyPart&) override { co_return BodyStatus::cancelled; }
  void stop_reading() override {}
  [[nodiscard]] Awaitable<IoStatus> send_interim(const ResponseHead&) override { co_return IoStatus::ok; }
  [[nodiscard]] Awaitable<IoStatus> send_head(const ResponseHead&, const BodyPart&) override {
    co_return IoStatus::ok;
  }
  [[nodiscard]] Awaitable<IoStatus> send_body(const BodyPart&) override { co_return IoStatus::ok; }
  void abort() noexcept override {}
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override { return nullptr; }
};

}  // namespace sluice
