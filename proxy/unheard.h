// The client's side of an exchange that has no client, or none any more: takes a response and tells nobody.
#pragma once

#include "proxy/allowance.h"
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
  [[nodiscard]] std::size_t lend(std::size_t wanted) noexcept override { return allowance_.lend(wanted); }
  void take_back(std::size_t bytes) noexcept override { allowance_.take_back(bytes); }
  void abort() noexcept override {}
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override { return nullptr; }

 private:
  Allowance allowance_{most_lent_by_one};
};

}  // namespace sluice
