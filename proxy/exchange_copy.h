// The same request once more, for another target: texts of its own, so that it may go on when the client's
// exchange is over. For mirrors and hedges; ordinary tries use the exchange itself.
#pragma once

#include <string>

#include "proxy/exchange.h"
#include "proxy/session.h"
#include "proxy/unheard.h"

namespace sluice {

class Worker;

class ExchangeCopy : public Session {
 public:
  // `body`: all of it. The copy counts among the worker's sessions, so that a drain waits for it.
  ExchangeCopy(Worker& worker, const Exchange& from, const BodyPart& body);
  ExchangeCopy(const ExchangeCopy&) = delete;
  ExchangeCopy& operator=(const ExchangeCopy&) = delete;

  [[nodiscard]] Exchange& exchange() noexcept { return exchange_; }
  // There is no client, or it is gone: what comes goes nowhere.
  void hears_no_more() noexcept { exchange_.downstream = &nobody_; }

  // Session: it ends by itself.
  void end_when_idle() override {}
  void cancel_upstream() override { exchange_.end_upstream(); }
  void end_now() override {}
  [[nodiscard]] const SlotRef& listener() const noexcept override { return listener_; }

 private:
  [[nodiscard]] std::string_view keep(std::string_view text);
  void copy_request(const Exchange& from);

  SlotRef listener_;
  std::string texts_;
  Peer peer_;
  Unheard nobody_;
  Exchange exchange_;
};

}  // namespace sluice
