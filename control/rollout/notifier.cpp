#include "control/rollout/notifier.h"

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <deque>

#include "control/rollout/hook_request.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

std::string new_key() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string key;
  for (const auto byte : bytes) {
    key += "0123456789abcdef"[byte >> 4];
    key += "0123456789abcdef"[byte & 15];
  }
  return key;
}

HookCall call_of(const config::Notification& address, std::string body) {
  HookCall call;
  call.hook.call = config::HttpCall{address.url, address.secret_file};
  call.hook.timeout = 10s;
  call.hook.retries = 3;
  call.idempotency_key = new_key();
  call.body = std::move(body);
  call.reads = ReadsBody::no;
  return call;
}

}  // namespace

struct Notifier::Address {
  config::Notification config;
  std::deque<std::string> queue = {};
  HookTicket sending = {};
};

Notifier::Notifier(HookRunner& runner) : runner_(runner) {}

Notifier::~Notifier() {
  for (const auto& address : addresses_) runner_.cancel(address->sending);
}

void Notifier::publish(const std::vector<config::Notification>& addresses) {
  auto old = std::exchange(addresses_, {});
  for (const auto& config : addresses) {
    const auto same = [&](const auto& address) { return address && address->config == config; };
    const auto kept = std::ranges::find_if(old, same);
    if (kept != old.end())
      addresses_.push_back(std::move(*kept));
    else
      addresses_.push_back(std::make_unique<Address>(Address{config}));
  }
  for (const auto& address : old)
    if (address) runner_.cancel(address->sending);
}

void Notifier::notify(const Notice& notice) {
  for (const auto& address : addresses_) {
    if (address->queue.size() == longest_queue) {
      address->queue.pop_front();
      ++counts_.dropped;
      spdlog::warn("notification dropped: {} others wait for an address that takes none", longest_queue);
    }
    address->queue.push_back(notice_body(notice, address->config.format));
    if (address->sending == HookTicket{}) send_next(*address);
  }
}

void Notifier::send_next(Address& address) {
  if (address.queue.empty()) return;
  auto call = call_of(address.config, std::move(address.queue.front()));
  address.queue.pop_front();
  address.sending =
      runner_.start(std::move(call), [this, &address](const HookAnswer& answer) { sent(address, answer); });
}

void Notifier::sent(Address& address, const HookAnswer& answer) {
  address.sending = {};
  if (answer.kind == HookAnswer::Kind::fail) {
    ++counts_.failed;
    const config::Hook hook{.call = config::HttpCall{address.config.url, {}}};
    spdlog::warn("notification to {} failed: {}", name_of(hook), answer.reason);
  } else {
    ++counts_.sent;
  }
  send_next(address);
}

}  // namespace sluice
