// Heads on their way out in HTTP/2: pseudo-fields, the fields that pass, and what Sluice adds. Names are
// lower-cased by nghttp2, which copies them.
#pragma once

#include <array>

#include "proxy/exchange.h"
#include "proxy/h2_session.h"
#include "proxy/head_writer.h"

namespace sluice {

class H2Head {
 public:
  // `scratch`: where lines of our own are written; must live as long as the head.
  explicit H2Head(std::span<char> scratch) noexcept : own_(scratch) {}

  // The head of an exchange's request for its target.
  void write_request(const Exchange& exchange);
  // `exchange`: whose rule and cookies have a part in it; null for an interim response.
  void write_response(const ResponseHead& response, const Exchange* exchange);

  [[nodiscard]] H2Fields fields() const noexcept { return {fields_.data(), size_}; }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_ || own_.overflowed(); }

 private:
  static constexpr std::size_t capacity = Fields::capacity + 64;

  void add(std::string_view name, std::string_view value) noexcept;
  // "Name: value\r\n" and so on, as the writers of HTTP/1 make them.
  void add_lines(std::string_view lines) noexcept;

  HeadWriter own_;
  std::array<nghttp2_nv, capacity> fields_;  // not set beyond size_
  std::size_t size_ = 0;
  bool overflowed_ = false;
  std::array<char, 3> status_;
};

}  // namespace sluice
