// One check, asked over a connection of its own: connect, TLS where it is wanted, the question, the answer.
// Prober thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "health/check_question.h"
#include "health/check_result.h"

namespace sluice {

struct PreparedCheck {
  CheckQuestion question;
  std::shared_ptr<boost::asio::ssl::context> tls;  // null where the question needs none
};

// `socket` is closed before and after; whoever has had enough closes it in between. Both outlive the call.
[[nodiscard]] boost::asio::awaitable<CheckResult> check_target(boost::asio::ip::tcp::socket& socket,
                                                               const PreparedCheck& check);

}  // namespace sluice
