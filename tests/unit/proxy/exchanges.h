// An exchange as it stands when its request is about to be sent on, made from the text of a request's head.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/forwarded_headers.h"
#include "proxy/h1_serialize.h"
#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {

class RoutedExchange {
 public:
  explicit RoutedExchange(std::string head) : parsed_(std::move(head)) {
    peer.ip_text = "192.0.2.7";
    peer.port = 50123;
    peer.local_port = 8080;
    listener.name = "edge";
    service.name = "shop";
    variant.name = "green";
    target.address = "10.0.0.9:9000";
    exchange.request = std::move(parsed_.head);
    exchange.rewritten.target = exchange.request.target;
    exchange.peer = &peer;
    exchange.listener = &listener;
    exchange.service = &service;
    exchange.assignment.variant = exchange.serving = &variant;
    exchange.target = &target;
    std::ranges::copy(std::string_view("0123456789abcdef0123456789abcdef"), exchange.own_request_id.begin());
    std::ranges::copy(std::string_view("1-67891233-0123456789abcdef01234567"), exchange.trace_root.begin());
    exchange.request_id = {exchange.own_request_id.data(), exchange.own_request_id.size()};
  }

  [[nodiscard]] bool complete() const { return parsed_.complete(); }
  [[nodiscard]] std::string request_head() {
    peer.forwarded = forwarded_lines(peer);
    std::vector<char> block(128 * 1024);
    HeadWriter writer(block);
    write_request_head(writer, exchange);
    return writer.overflowed() ? "(overflowed)" : std::string(writer.text());
  }

 private:
  ParsedRequest parsed_;
  std::shared_ptr<const Split> split_ =
      std::make_shared<const Split>(Split::from_weights(std::vector{Weight{Weight::unit}}));

 public:
  Peer peer;
  Listener listener;
  Service service{
      .name = {}, .slot = {}, .variants = {}, .stable = 0, .split = *split_, .identity = {}, .salt_seed = 0};
  Variant variant;
  Target target;
  Exchange exchange;
};

// The lines of a head, without the empty one that ends it.
inline std::vector<std::string> lines_of(std::string_view head) {
  std::vector<std::string> lines;
  while (!head.empty() && !head.starts_with("\r\n")) {
    const auto end = head.find("\r\n");
    lines.emplace_back(head.substr(0, end));
    if (end == std::string_view::npos) break;
    head.remove_prefix(end + 2);
  }
  return lines;
}

}  // namespace sluice
